import CLDNS
import NIOCore

extension ResponseMessage {
    /// Reads the response to `question`. Returns `nil` if it answers another question, and so is none for the one who asks. An error code needs
    /// no question.
    ///
    /// Of a truncated response only the header and the question are read: the rest may end anywhere (RFC 2181 9).
    /// Records come from ldns; this checks their frames, since ldns lets a name in the data run past the length of the data.
    static func parse(_ buffer: ByteBuffer, for question: Question) throws(MalformedResponse) -> ResponseMessage? {
        let result = buffer.withUnsafeReadableBytes { bytes -> Result<ResponseMessage?, MalformedResponse> in
            guard let base = bytes.baseAddress, bytes.count >= headerLength else { return .failure(MalformedResponse("no whole header")) }
            var reader = Reader(wire: base.assumingMemoryBound(to: UInt8.self), count: bytes.count)
            do throws(MalformedResponse) {
                return .success(try reader.message(for: question))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }
}

/// Reads through one message. Lives no longer than the bytes it points to.
private struct Reader {
    let wire: UnsafePointer<UInt8>
    let count: Int
    var position = ResponseMessage.headerLength

    mutating func message(for question: Question) throws(MalformedResponse) -> ResponseMessage? {
        let flags = UInt16(wire[2]) << 8 | UInt16(wire[3])
        guard flags & 0x8000 != 0 else { throw MalformedResponse("a query, not a response") }
        guard flags & 0x7800 == 0 else { throw MalformedResponse("opcode is not QUERY") }
        var message = ResponseMessage(
            responseCode: flags & 0xf, isTruncated: flags & 0x0200 != 0, recursionAvailable: flags & 0x0080 != 0,
            authenticData: flags & 0x0020 != 0)
        // RFC 1035 4.1.1, RFC 6891 7: a server that cannot read a query cannot repeat its question either. Address and id say whose answer it
        // is; all that a forger who guesses the id gains is what he gains by SERVFAIL.
        if sectionCount(0) == 0, ResponseCode.isError(message.responseCode) { return message }
        // RFC 5452 9.1: the question must be ours.
        guard sectionCount(0) == 1 else { return nil }
        let asked = try record(isQuestion: true)
        guard asked.isInternet, asked.type == question.type.rawValue, asked.owner() == question.name else { return nil }
        guard !message.isTruncated else { return message }
        for _ in 0..<sectionCount(1) {
            let next = try record()
            if let record = try next.resourceRecord() { message.answers.append(record) }
        }
        for _ in 0..<sectionCount(2) {
            let next = try record()
            guard message.startOfAuthority == nil, next.type == RecordType.soa.rawValue else { continue }
            message.startOfAuthority = try next.resourceRecord()
        }
        var hasOptions = false
        for _ in 0..<sectionCount(3) {
            let next = try record()
            guard next.type == UInt16(LDNS_RR_TYPE_OPT.rawValue) else { continue }
            // RFC 6891 6.1.1.
            guard !hasOptions, next.owner()?.isRoot == true else {
                throw MalformedResponse("more than one OPT record, or one with a name")
            }
            hasOptions = true
            message.responseCode |= UInt16(next.rawTTL >> 24) << 4
            message.extendedErrors = next.withField(0, ExtendedDNSError.all(inOptions:)) ?? []
        }
        return message
    }

    /// QDCOUNT, ANCOUNT, NSCOUNT, ARCOUNT. Every record takes octets, so a count that lies ends at the end of the message.
    private func sectionCount(_ section: Int) -> Int { Int(wire[4 + 2 * section]) << 8 | Int(wire[5 + 2 * section]) }

    private mutating func record(isQuestion: Bool = false) throws(MalformedResponse) -> WireRecord {
        let end = try endOfRecord(isQuestion: isQuestion)
        var pointer: UnsafeMutablePointer<ldns_rr>?
        let status = ldns_wire2rr(&pointer, wire, count, &position, isQuestion ? LDNS_SECTION_QUESTION : LDNS_SECTION_ANSWER)
        guard status == LDNS_STATUS_OK, let pointer else {
            throw MalformedResponse(String(cString: ldns_get_errorstr_by_id(status)))
        }
        let record = WireRecord(pointer: pointer)
        guard position == end else { throw MalformedResponse("a record does not end where its length says") }
        return record
    }

    /// Where the record at `position` must end, from its own length fields.
    private func endOfRecord(isQuestion: Bool) throws(MalformedResponse) -> Int {
        var cursor = position
        while true {
            guard cursor < count else { throw MalformedResponse("cut short in a name") }
            let length = Int(wire[cursor])
            if length >= 0xc0 {
                cursor += 2
                break
            }
            cursor += 1 + length
            if length == 0 { break }
        }
        if isQuestion { return cursor + 4 }
        guard cursor + 10 <= count else { throw MalformedResponse("cut short in a record") }
        return cursor + 10 + (Int(wire[cursor + 8]) << 8 | Int(wire[cursor + 9]))
    }
}
