extension Configuration {
    /// Reads `[upstream]`: the connections that Weft opens to mail servers.
    mutating func readUpstream(_ section: SectionReader) {
        section.read("source", into: &relay.sources)
        for version in ["IPv4", "IPv6"] where relay.sources.filter({ $0.isIPv6 == (version == "IPv6") }).count > 1 {
            section.problem("source", "has more than one \(version) address; use at most one IPv4 and one IPv6 address")
        }
        for (index, address) in relay.sources.enumerated() where address.bytes.allSatisfy({ $0 == 0 }) {
            section.problem(
                "source", index: index, "\"\(address)\" is no address to dial from; leave the list empty to let the system choose")
        }
        var number = mark ?? 0
        section.read("mark", into: &number, .within(0...0xffff_ffff))
        mark = number == 0 ? nil : number
    }
}
