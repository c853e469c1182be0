import Basics
import DNS

extension Configuration {
    /// `[upstream]`: the connections that Weft opens to mail servers.
    public struct Upstream: Hashable, Sendable {
        /// `source`: the addresses that Weft dials from, at most one of each IP version. Default none: the system chooses.
        public var source: [IPAddress] = []
        /// `mark`: the `SO_MARK` of every socket that Weft opens, by which the redirect rules exempt them; 0 sets none (setting one needs
        /// `CAP_NET_ADMIN`). Default 0x57.
        public var mark = 0x57

        mutating func read(_ section: SectionReader) {
            section.read("source", into: &source)
            for version in ["IPv4", "IPv6"] where source.filter({ $0.isIPv6 == (version == "IPv6") }).count > 1 {
                section.problem("source", "has more than one \(version) address; use at most one IPv4 and one IPv6 address")
            }
            for (index, address) in source.enumerated() where address.bytes.allSatisfy({ $0 == 0 }) {
                section.problem(
                    "source", index: index, "\"\(address)\" is no address to dial from; leave the list empty to let the system choose")
            }
            section.read("mark", into: &mark, .within(0...0xffff_ffff))
        }
    }
}
