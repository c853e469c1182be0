import Basics
import DNS

/// What DNS says of one MX host: its addresses, and whether it has TLSA records.
public struct HostLookup: Codable, Hashable, Sendable {
    /// The state of the addresses of one family.
    public enum AddressStatus: Codable, Hashable, Sendable {
        /// There are addresses, and DNSSEC vouches for them.
        case secure
        /// There are addresses without DNSSEC.
        case insecure
        /// There is no address of the family.
        case empty
        /// It could not be found out.
        case failed(DNSFailure)
    }

    /// The state of both families. They are told apart because a connection uses one of them: a failure of the other does not matter to it.
    public struct AddressStatuses: Codable, Hashable, Sendable {
        /// A records.
        public var ipv4: AddressStatus
        /// AAAA records.
        public var ipv6: AddressStatus

        /// The state of both.
        public init(ipv4: AddressStatus, ipv6: AddressStatus) {
            self.ipv4 = ipv4
            self.ipv6 = ipv6
        }

        /// The state of one.
        public subscript(family: AddressFamily) -> AddressStatus {
            switch family {
            case .ipv4: ipv4
            case .ipv6: ipv6
            }
        }
    }

    /// Why a host has no TLSA records that count.
    public enum NoTLSAReason: String, Codable, Hashable, Sendable {
        /// Its addresses are insecure: RFC 7672 2.2.2 has no question asked.
        case insecureAddress
        /// There are none.
        case noRecords
        /// There are some, without DNSSEC.
        case insecureTLSA
        /// There is nothing to connect to, or it is not known.
        case notAsked
    }

    /// The TLSA records of the host.
    public enum TLSAOutcome: Codable, Hashable, Sendable {
        /// Secure ones: at least one, usable or not.
        case records([TLSARecord])
        /// DANE does not apply.
        case none(NoTLSAReason)
        /// It is not known whether there are any, so that the host must not be used (RFC 7672 2.1.2).
        case failed(DNSFailure)
    }

    /// The host as the MX record names it.
    public var host: DomainName
    /// All addresses, IPv4 first.
    public var addresses: [IPAddress]
    /// The state of the addresses.
    public var addressStatus: AddressStatuses
    /// The host after CNAMEs, `host` if there are none.
    public var expandedName: DomainName
    /// The TLSA base domain (RFC 7672 2.2.3): where records were found, or where a look-up for them failed; otherwise `nil`.
    public var tlsaBase: DomainName?
    /// The TLSA records.
    public var tlsa: TLSAOutcome
    /// Seconds for which all of this holds, the least of the answers'. 0 if there is no answer.
    public var ttl: Int

    /// The facts of one host.
    public init(
        host: DomainName, addresses: [IPAddress], addressStatus: AddressStatuses, expandedName: DomainName, tlsaBase: DomainName?,
        tlsa: TLSAOutcome, ttl: Int
    ) {
        self.host = host
        self.addresses = addresses
        self.addressStatus = addressStatus
        self.expandedName = expandedName
        self.tlsaBase = tlsaBase
        self.tlsa = tlsa
        self.ttl = ttl
    }
}
