import Basics

@testable import DNS

/// Builds DNS messages byte by byte, right ones and wrong ones.
struct WireMessage {
    static let recursionFlags: UInt16 = 0x8180
    static let authenticFlags: UInt16 = 0x81a0
    static let truncatedFlags: UInt16 = 0x8380

    var id: UInt16 = 0x1234
    var flags = recursionFlags
    var question: (name: String, type: UInt16)
    var answers: [[UInt8]] = []
    var authority: [[UInt8]] = []
    var additional: [[UInt8]] = []

    init(_ name: String, _ type: RecordType, flags: UInt16 = recursionFlags, answers: [[UInt8]] = [], authority: [[UInt8]] = []) {
        question = (name, type.rawValue)
        self.flags = flags
        self.answers = answers
        self.authority = authority
    }

    var bytes: [UInt8] {
        var message = Self.octets(id) + Self.octets(flags) + Self.octets(1)
        for section in [answers, authority, additional] { message += Self.octets(UInt16(section.count)) }
        message += Self.name(question.name) + Self.octets(question.type) + Self.octets(1)
        for record in answers + authority + additional { message += record }
        return message
    }

    static func octets(_ value: UInt16) -> [UInt8] { [UInt8(value >> 8), UInt8(value & 0xff)] }

    static func octets(long value: UInt32) -> [UInt8] { octets(UInt16(value >> 16)) + octets(UInt16(value & 0xffff)) }

    static func name(_ text: String) -> [UInt8] {
        text.split(separator: ".").flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) } + [0]
    }

    /// A record; `length` overrides RDLENGTH.
    static func record(
        _ owner: String, _ type: UInt16, ttl: UInt32 = 300, data: [UInt8], length: UInt16? = nil, class recordClass: UInt16 = 1
    ) -> [UInt8] {
        name(owner) + octets(type) + octets(recordClass) + octets(long: ttl) + octets(length ?? UInt16(data.count)) + data
    }

    static func a(_ owner: String, _ address: String, ttl: UInt32 = 300) -> [UInt8] {
        record(owner, 1, ttl: ttl, data: IPAddress(address)?.bytes ?? [])
    }

    static func mx(_ owner: String, _ preference: UInt16, _ exchange: String) -> [UInt8] {
        record(owner, 15, data: octets(preference) + name(exchange))
    }

    static func cname(_ owner: String, _ target: String, ttl: UInt32 = 300) -> [UInt8] {
        record(owner, 5, ttl: ttl, data: name(target))
    }

    static func tlsa(_ owner: String, _ data: [UInt8]) -> [UInt8] { record(owner, 52, data: [3, 1, 1] + data) }

    static func soa(_ owner: String, ttl: UInt32 = 3_600, minimum: UInt32) -> [UInt8] {
        record(owner, 6, ttl: ttl, data: name("ns") + name("root") + [1, 2, 3, 4].flatMap { octets(long: $0) } + octets(long: minimum))
    }

    static func rrsig(_ owner: String, covering type: UInt16, expiration: UInt32) -> [UInt8] {
        let fixed = octets(type) + [13, 2] + octets(long: 300) + octets(long: expiration) + octets(long: 0) + octets(1)
        return record(owner, 46, data: fixed + name("example") + [UInt8](repeating: 7, count: 64))
    }

    /// An OPT record with the options given.
    static func opt(_ options: [(code: UInt16, value: [UInt8])], extendedCode: UInt8 = 0) -> [UInt8] {
        let data = options.flatMap { octets($0.code) + octets(UInt16($0.value.count)) + $0.value }
        return [0] + octets(41) + octets(1_232) + [extendedCode, 0, 0x80, 0] + octets(UInt16(data.count)) + data
    }
}
