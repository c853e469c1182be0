extension DomainName {
    /// Whether the name is `ancestor` or below it.
    public func isWithin(_ ancestor: DomainName) -> Bool {
        ancestor.isRoot || self == ancestor || isBelow(ancestor)
    }

    /// Whether the name is `parent`, in its text form, with exactly one label before it, as a wildcard wants it (RFC 8461 4.1, RFC 6125 6.4.3).
    package func isChild(of parent: Substring.UTF8View) -> Bool {
        guard let dot = text.utf8.firstIndex(of: UInt8(ascii: ".")) else { return !isRoot && parent.isEmpty }
        return text.utf8[text.utf8.index(after: dot)...].elementsEqual(parent)
    }

    private func isBelow(_ ancestor: DomainName) -> Bool {
        let (name, suffix) = (text.utf8, ancestor.text.utf8)
        guard !suffix.isEmpty else { return !name.isEmpty }
        guard name.count > suffix.count else { return false }
        let rest = name.suffix(suffix.count + 1)
        return rest.first == UInt8(ascii: ".") && rest.dropFirst().elementsEqual(suffix)
    }

    /// The name below this one with `labels`, such as `_25._tcp`; nil if it would be too long.
    package func below(_ labels: String) -> DomainName? {
        try? DomainName(isRoot ? labels : "\(labels).\(text)", as: .wire)
    }
}
