extension DomainName {
    /// Reads a name given as text; text in canonical form is kept as it is, without a copy.
    ///
    /// - Throws: what `grammar` does not allow.
    public init(_ text: String, as grammar: Grammar) throws(DomainNameError) {
        let scan = text.utf8.withContiguousStorageIfAvailable(DomainNameScan.init) ?? DomainNameScan(Array(text.utf8))
        if scan.isCanonical, scan.fault == nil {
            try self.init(canonical: text, scan: scan, grammar: grammar)
        } else {
            try self.init(text.utf8, scan: scan, grammar: grammar)
        }
    }

    /// Reads a name given as octets; makes one string.
    ///
    /// - Throws: what `grammar` does not allow.
    public init(_ octets: some Collection<UInt8>, as grammar: Grammar) throws(DomainNameError) {
        let scan = octets.withContiguousStorageIfAvailable(DomainNameScan.init) ?? DomainNameScan(Array(octets))
        try self.init(octets, scan: scan, grammar: grammar)
    }

    private init(_ octets: some Collection<UInt8>, scan: DomainNameScan, grammar: Grammar) throws(DomainNameError) {
        if case .notASCII = scan.fault, grammar.readsULabels {
            self = try DomainName(Self.aLabels(octets), as: grammar)
            return
        }
        if let fault = scan.fault { throw fault }
        let text = String(unsafeUninitializedCapacity: scan.count) { buffer in
            var end = 0
            for octet in octets.prefix(scan.count) {
                buffer[end] = octet.lowercased
                end += 1
            }
            return end
        }
        try self.init(canonical: text, scan: scan, grammar: grammar)
    }

    private init(canonical text: String, scan: DomainNameScan, grammar: Grammar) throws(DomainNameError) {
        let refused = scan.traits.intersection(grammar.refused)
        guard refused.isEmpty else { throw DomainNameError(refused, odd: scan.odd) }
        self.init(canonical: text, traits: scan.traits)
    }

    private static func aLabels(_ octets: some Collection<UInt8>) throws(DomainNameError) -> String {
        // No U-label is longer than four times its A-label.
        guard octets.count <= 4 * 253 else { throw .longName }
        // The conversion would leave out some of these in silence.
        if let odd = octets.first(where: { $0 < 0x80 && !$0.isPlainInName && $0 != UInt8(ascii: ".") }) { throw .character(odd) }
        guard let text = String(validating: octets, as: UTF8.self), let ascii = IDNA.ascii(text) else { throw .international }
        return ascii
    }
}
