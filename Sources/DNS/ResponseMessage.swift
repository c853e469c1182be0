import Basics
import NIOCore

/// Why bytes are not a DNS response.
struct MalformedResponse: Error, Hashable, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

/// A response in wire format, read with every bound checked; nothing of it is judged here.
struct ResponseMessage: Sendable, Hashable {
    /// RFC 1035 4.1.1, with the upper bits of RFC 6891 6.1.3 when there is an OPT record.
    var responseCode: UInt16
    var isTruncated: Bool
    var recursionAvailable: Bool
    /// RFC 4035 3.2.3. Whether it is believed is for the caller to say.
    var authenticData: Bool
    /// The answer section in its order; class IN only, of the types known.
    var answers: [ResourceRecord] = []
    /// The first SOA of the authority section.
    var startOfAuthority: ResourceRecord?
    /// RFC 8914.
    var extendedErrors: [ExtendedDNSError] = []

    /// Octets of the fixed header (RFC 1035 4.1.1).
    static let headerLength = 12

    /// The id in the first two octets; `nil` if there is no whole header.
    static func id(of buffer: ByteBuffer) -> UInt16? {
        guard buffer.readableBytes >= headerLength else { return nil }
        return buffer.getInteger(at: buffer.readerIndex)
    }
}

/// One record of a response.
struct ResourceRecord: Sendable, Hashable {
    /// The fields of the record, as far as they are of use.
    enum Content: Sendable, Hashable {
        case address(IPAddress)
        case cname(DomainName)
        case mx(MXRecord)
        case tlsa(TLSARecord)
        case txt([UInt8])
        /// The MINIMUM field (RFC 2308 4).
        case startOfAuthority(minimum: UInt32)
        /// The type covered and the expiration, in seconds modulo 2^32 (RFC 4034 3.1).
        case signature(covers: UInt16, expiration: UInt32)
    }

    var owner: DomainName
    /// Seconds; a value with the top bit set counts as 0 (RFC 2181 8).
    var ttl: Int
    var content: Content
}
