extension STSPolicy {
    /// Does a pattern of the policy allow this MX host (RFC 8461 4.1)?
    ///
    /// - Parameter host: the name in the MX record (not the target of a CNAME); for a domain without MX records the domain itself.
    ///   A-labels, any case, a final dot is ignored. Address literals match nothing.
    ///
    /// A leg is good only if one and the same host matches a pattern here and is named by the certificate (4.2).
    public func matches(host: String) -> Bool {
        let shape = DomainName(host.utf8)
        guard shape.isValid, !shape.isNumeric else { return false }
        let name = host.utf8.prefix(shape.count)
        return mx.contains { Self.pattern($0.utf8, matches: name) }
    }

    private static func pattern(_ pattern: String.UTF8View, matches name: Substring.UTF8View) -> Bool {
        guard pattern.starts(with: "*.".utf8) else { return name.elementsEqual(pattern) { $0.lowercased == $1 } }
        // RFC 8461 4.1: the wildcard is the whole left-most label and stands for exactly one.
        guard let dot = name.firstIndex(of: UInt8(ascii: ".")) else { return false }
        return name[dot...].elementsEqual(pattern.dropFirst()) { $0.lowercased == $1 }
    }
}
