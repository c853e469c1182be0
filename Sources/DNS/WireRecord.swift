import Basics
import CLDNS

/// One parsed record, owned: an `ldns_rr` that is freed when this goes.
struct WireRecord: ~Copyable {
    private let pointer: UnsafeMutablePointer<ldns_rr>

    /// Takes over `pointer`, which came from `ldns_wire2rr`.
    init(pointer: UnsafeMutablePointer<ldns_rr>) { self.pointer = pointer }

    deinit { ldns_rr_free(pointer) }

    var type: UInt16 { UInt16(truncatingIfNeeded: ldns_rr_get_type(pointer).rawValue) }

    var isInternet: Bool { ldns_rr_get_class(pointer) == LDNS_RR_CLASS_IN }

    /// As on the wire; holds other things in an OPT record (RFC 6891 6.1.3).
    var rawTTL: UInt32 { ldns_rr_ttl(pointer) }

    /// `nil` if it is no name.
    func owner() -> DomainName? { Self.withBytes(ldns_rr_owner(pointer), DomainName.init(wire:)) ?? nil }

    /// The record, if it is of class IN and one of the types that are read.
    func resourceRecord() throws(MalformedResponse) -> ResourceRecord? {
        guard isInternet, let type = RecordType(rawValue: type) else { return nil }
        guard let owner = owner(), let content = content(type) else { throw MalformedResponse("bad data in a record of type \(type)") }
        // RFC 2181 8: a TTL with the top bit set is 0.
        return ResourceRecord(owner: owner, ttl: rawTTL > UInt32(Int32.max) ? 0 : Int(rawTTL), content: content)
    }

    private func content(_ type: RecordType) -> ResourceRecord.Content? {
        switch type {
        case .a: bytes(0, count: 4).flatMap(IPAddress.init(bytes:)).map { .address($0) }
        case .aaaa: bytes(0, count: 16).flatMap(IPAddress.init(bytes:)).map { .address($0) }
        case .cname: name(0).map { .cname($0) }
        case .mx: mailExchanger()
        case .tlsa: associationData()
        case .txt: text()
        case .soa: integer(6, count: 4).map { .startOfAuthority(minimum: $0) }
        case .rrsig: signature()
        }
    }

    private func mailExchanger() -> ResourceRecord.Content? {
        guard let preference = integer(0, count: 2), let exchange = name(1) else { return nil }
        return .mx(MXRecord(preference: UInt16(truncatingIfNeeded: preference), exchange: exchange))
    }

    private func associationData() -> ResourceRecord.Content? {
        guard let usage = bytes(0, count: 1), let selector = bytes(1, count: 1), let matching = bytes(2, count: 1) else { return nil }
        // A record without data has no fourth field.
        let data = withField(3) { Array($0) } ?? []
        return .tlsa(TLSARecord(usage: usage[0], selector: selector[0], matchingType: matching[0], data: data))
    }

    /// The character-strings joined. ldns keeps the length octet of each, and has checked it.
    private func text() -> ResourceRecord.Content {
        var joined: [UInt8] = []
        for index in 0..<ldns_rr_rd_count(pointer) {
            withField(index) { joined.append(contentsOf: $0.dropFirst()) }
        }
        return .txt(joined)
    }

    private func signature() -> ResourceRecord.Content? {
        guard let covered = integer(0, count: 2), let expiration = integer(4, count: 4) else { return nil }
        return .signature(covers: UInt16(truncatingIfNeeded: covered), expiration: expiration)
    }

    private func name(_ index: Int) -> DomainName? { withField(index, DomainName.init(wire:)) ?? nil }

    private func bytes(_ index: Int, count: Int) -> [UInt8]? { withField(index) { $0.count == count ? Array($0) : nil } ?? nil }

    private func integer(_ index: Int, count: Int) -> UInt32? { bytes(index, count: count)?.reduce(0) { $0 << 8 | UInt32($1) } }

    /// Calls `body` with the octets of a field of the data; `nil` if there is no such field.
    @discardableResult
    func withField<T>(_ index: Int, _ body: (UnsafeRawBufferPointer) -> T) -> T? {
        index < ldns_rr_rd_count(pointer) ? Self.withBytes(ldns_rr_rdf(pointer, index), body) : nil
    }

    private static func withBytes<T>(_ field: UnsafeMutablePointer<ldns_rdf>?, _ body: (UnsafeRawBufferPointer) -> T) -> T? {
        guard let field else { return nil }
        return body(UnsafeRawBufferPointer(start: ldns_rdf_data(field), count: ldns_rdf_size(field)))
    }
}
