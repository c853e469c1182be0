import Basics

/// An answer of any type, as the cache keeps it.
enum StoredAnswer: Sendable, Hashable {
    case mx(DNSAnswer<MXRecord>)
    case addresses(DNSAnswer<IPAddress>)
    case tlsa(DNSAnswer<TLSARecord>)
    case txt(DNSAnswer<[UInt8]>)
    case cname(DNSAnswer<DomainName>)

    /// Most mail exchangers kept: the most preferred.
    static let mailExchangerLimit = 20
    /// Most TLSA records; more are a failure, since which of them to drop would be for an attacker to choose.
    static let tlsaLimit = 64
    /// Most octets of the TLSA records of one name, so that whole certificates (matching type 0) are bounded too.
    static let tlsaOctetLimit = 16_384
    /// Most addresses of one name.
    static let addressLimit = 64
    /// Most seconds a TLSA answer is used, so that a key rollover is noticed.
    static let tlsaTTLLimit = 3_600

    /// Seconds the answer may still be used.
    var ttl: Int {
        get {
            switch self {
            case .mx(let answer): answer.ttl
            case .addresses(let answer): answer.ttl
            case .tlsa(let answer): answer.ttl
            case .txt(let answer): answer.ttl
            case .cname(let answer): answer.ttl
            }
        }
        set {
            switch self {
            case .mx(var answer):
                answer.ttl = newValue
                self = .mx(answer)
            case .addresses(var answer):
                answer.ttl = newValue
                self = .addresses(answer)
            case .tlsa(var answer):
                answer.ttl = newValue
                self = .tlsa(answer)
            case .txt(var answer):
                answer.ttl = newValue
                self = .txt(answer)
            case .cname(var answer):
                answer.ttl = newValue
                self = .cname(answer)
            }
        }
    }
}

extension StoredAnswer {
    /// What `response` says about `question`, with the limits applied. The response code must be NOERROR or NXDOMAIN.
    init(_ response: ResponseMessage, to question: Question, status: DNSSECStatus, now: Int64) throws(DNSFailure) {
        let chain = try AnswerChain(response, to: question, status: status, now: now)
        func answer<Record>(_ records: [Record]) -> DNSAnswer<Record> {
            DNSAnswer(
                name: question.name, canonicalName: chain.canonicalName, status: status,
                outcome: !records.isEmpty ? .records(records) : chain.nameExists ? .noData : .nxDomain, ttl: chain.ttl)
        }
        switch question.type {
        case .mx:
            self = .mx(answer(Self.mailExchangers(chain.contents)))
        case .a, .aaaa:
            let addresses = chain.contents.compactMap { if case .address(let address) = $0 { address } else { nil } }
            self = .addresses(answer(Array(addresses.prefix(Self.addressLimit))))
        case .tlsa:
            guard chain.contents.count <= Self.tlsaLimit else {
                throw DNSFailure(.tooMany, "\(chain.contents.count) TLSA records at \(question.name), more than \(Self.tlsaLimit)")
            }
            let records = chain.contents.compactMap { if case .tlsa(let record) = $0 { record } else { nil } }
            let octets = records.reduce(0) { $0 + $1.octets }
            guard octets <= Self.tlsaOctetLimit else {
                throw DNSFailure(
                    .tooMany, "\(octets) octets of TLSA records at \(question.name), more than \(Self.tlsaOctetLimit)")
            }
            self = .tlsa(answer(records))
            ttl = min(ttl, Self.tlsaTTLLimit)
        case .txt:
            self = .txt(answer(chain.contents.compactMap { if case .txt(let text) = $0 { text } else { nil } }))
        case .cname:
            self = .cname(answer(chain.contents.compactMap { if case .cname(let target) = $0 { target } else { nil } }))
        case .soa, .rrsig:
            throw DNSFailure(.malformed, "\(question) is not a look-up")
        }
    }

    /// By preference and then by name, each host once, at most 20. A null MX beside others says nothing (RFC 7505 3).
    private static func mailExchangers(_ contents: [ResourceRecord.Content]) -> [MXRecord] {
        var records = contents.compactMap { if case .mx(let record) = $0 { record } else { nil } }
        records.sort { ($0.preference, $0.exchange) < ($1.preference, $1.exchange) }
        if records.contains(where: { !$0.isNull }) { records.removeAll(where: \.isNull) }
        var seen: Set<DomainName> = []
        return Array(records.filter { seen.insert($0.exchange).inserted }.prefix(mailExchangerLimit))
    }
}
