/// A DNS name as the configuration takes it: A-labels, lower case, no final dot.
struct DomainName: ConfigurationValue {
    var text: String

    static var expectation: String { "a domain name such as \"example.com\"" }

    static func read(_ node: TOMLNode) throws(ValueComplaint) -> DomainName {
        let written = try string(node)
        guard written.utf8.allSatisfy({ $0 < 0x80 }) else {
            throw ValueComplaint("\"\(written)\" is not ASCII; write its A-labels (xn--...)")
        }
        var text = written.lowercased()
        if text.hasSuffix(".") { text.removeLast() }
        let labels = text.split(separator: ".", omittingEmptySubsequences: false)
        // An address is not a name, though all of its labels are well formed.
        let isNumeric = labels.last?.utf8.allSatisfy { (0x30...0x39).contains($0) } ?? true
        guard text.utf8.count <= 253, labels.count >= 2, !isNumeric, labels.allSatisfy(isLabel) else {
            throw ValueComplaint("\"\(written)\" is not \(expectation)")
        }
        return DomainName(text: text)
    }

    private static func isLabel(_ label: Substring) -> Bool {
        (1...63).contains(label.utf8.count) && label.first != "-" && label.last != "-" && label.utf8.allSatisfy(isLabelOctet)
    }

    /// Letters, digits and hyphen (RFC 5321 2.3.5), and the underscore that some mail domains have all the same.
    private static func isLabelOctet(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"): true
        default: false
        }
    }
}
