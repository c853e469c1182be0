import Basics
import DNS
import Synchronization
import TestSupport

/// Answers from a script, and notes what was asked. Whatever is not in the script is a secure denial of the name.
final class ScriptedResolver: Resolver {
    let a: [DomainName: Result<DNSAnswer<IPAddress>, DNSFailure>]
    let aaaa: [DomainName: Result<DNSAnswer<IPAddress>, DNSFailure>]
    let tlsa: [DomainName: Result<DNSAnswer<TLSARecord>, DNSFailure>]
    let cname: [DomainName: Result<DNSAnswer<DomainName>, DNSFailure>]
    private let questions = Mutex<[String]>([])

    init(
        a: [DomainName: Result<DNSAnswer<IPAddress>, DNSFailure>] = [:], aaaa: [DomainName: Result<DNSAnswer<IPAddress>, DNSFailure>] = [:],
        tlsa: [DomainName: Result<DNSAnswer<TLSARecord>, DNSFailure>] = [:],
        cname: [DomainName: Result<DNSAnswer<DomainName>, DNSFailure>] = [:]
    ) {
        self.a = a
        self.aaaa = aaaa
        self.tlsa = tlsa
        self.cname = cname
    }

    /// The questions after the addresses, in order.
    var asked: [String] { questions.withLock { $0 } }

    func mx(_ name: DomainName, refresh: Bool) async throws(DNSFailure) -> DNSAnswer<MXRecord> { denial(name) }

    func txt(_ name: DomainName, refresh: Bool) async throws(DNSFailure) -> DNSAnswer<[UInt8]> { denial(name) }

    func addresses(_ name: DomainName, family: AddressFamily, refresh: Bool) async throws(DNSFailure) -> DNSAnswer<IPAddress> {
        try (family == .ipv4 ? a : aaaa)[name]?.get() ?? denial(name)
    }

    func tlsa(_ name: DomainName, refresh: Bool) async throws(DNSFailure) -> DNSAnswer<TLSARecord> {
        questions.withLock { $0.append("TLSA \(name)\(refresh ? " anew" : "")") }
        return try tlsa[name]?.get() ?? denial(name)
    }

    func cname(_ name: DomainName, refresh: Bool) async throws(DNSFailure) -> DNSAnswer<DomainName> {
        questions.withLock { $0.append("CNAME \(name)\(refresh ? " anew" : "")") }
        return try cname[name]?.get() ?? denial(name)
    }

    private func denial<Record>(_ name: DomainName) -> DNSAnswer<Record> {
        DNSAnswer(name: name, status: .secure, outcome: .nxDomain, ttl: 900)
    }
}

extension Result where Failure == DNSFailure {
    /// Records.
    static func records<Record>(
        _ records: [Record], _ status: DNSSECStatus = .secure, canonicalName: DomainName? = nil, ttl: Int = 300
    ) -> Self where Success == DNSAnswer<Record> {
        .success(
            DNSAnswer(name: "x", canonicalName: canonicalName ?? "mx.example.net", status: status, outcome: .records(records), ttl: ttl))
    }

    /// A denial.
    static func noData<Record>(_ status: DNSSECStatus = .secure, ttl: Int = 300) -> Self where Success == DNSAnswer<Record> {
        .success(DNSAnswer(name: "x", status: status, outcome: .noData, ttl: ttl))
    }

    /// A failure.
    static func failing<Record>(_ kind: DNSFailure.Kind) -> Self where Success == DNSAnswer<Record> {
        .failure(DNSFailure(kind, "scripted"))
    }
}
