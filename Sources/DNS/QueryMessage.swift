import CLDNS
import NIOCore

/// A query in wire format (RFC 1035 4.1): RD, and EDNS with DO (RFC 6891, RFC 3225), so that the answer says whether it was validated.
struct QueryMessage: Sendable {
    /// The UDP payload size offered: what fits any path without fragments (RFC 9715 3.1).
    static let payloadSize: UInt16 = 1232

    let question: Question
    /// The message with id 0.
    private let bytes: ByteBuffer

    /// `checkingDisabled` asks for data that the resolver found bogus too (RFC 4035 3.2.2). `nil` if ldns cannot encode the question.
    init?(_ question: Question, checkingDisabled: Bool = false) {
        guard let bytes = Self.encode(question, checkingDisabled: checkingDisabled) else { return nil }
        self.question = question
        self.bytes = bytes
    }

    /// The message with the id given.
    func encoded(id: UInt16) -> ByteBuffer {
        var copy = bytes
        copy.setInteger(id, at: copy.readerIndex)
        return copy
    }

    /// The message with the id given, behind its length as on TCP (RFC 1035 4.2.2).
    func framed(id: UInt16) -> ByteBuffer {
        var framed = ByteBuffer(integer: UInt16(truncatingIfNeeded: bytes.readableBytes))
        framed.writeImmutableBuffer(encoded(id: id))
        return framed
    }

    private static func encode(_ question: Question, checkingDisabled: Bool) -> ByteBuffer? {
        guard let name = ldns_dname_new_frm_str(question.name.text + ".") else { return nil }
        let flags = UInt16(LDNS_RD) | (checkingDisabled ? UInt16(LDNS_CD) : 0)
        // The packet owns the name from here on; when there is no packet, it is still ours.
        guard let packet = ldns_pkt_query_new(name, ldns_rr_type(UInt32(question.type.rawValue)), LDNS_RR_CLASS_IN, flags) else {
            ldns_rdf_deep_free(name)
            return nil
        }
        defer { ldns_pkt_free(packet) }
        ldns_pkt_set_id(packet, 0)
        ldns_pkt_set_edns_udp_size(packet, payloadSize)
        ldns_pkt_set_edns_do(packet, true)
        var wire: UnsafeMutablePointer<UInt8>?
        var size = 0
        guard ldns_pkt2wire(&wire, packet, &size) == LDNS_STATUS_OK, let wire else { return nil }
        defer { free(wire) }
        return ByteBuffer(bytes: UnsafeBufferPointer(start: wire, count: size))
    }
}
