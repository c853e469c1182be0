import Basics
import DNS
import FoundationEssentials
import Synchronization
import TestSupport

@testable import MTASTS

/// TXT records by policy domain.
final class ScriptedDNS: AddressResolver {
    let gate = Gate()
    private let answers = Mutex<[DomainName: Result<[String], DNSFailure>]>([:])
    private let refreshing = Mutex(0)
    private let ttl = Mutex(300)

    /// Queries that were to bypass the resolver's cache.
    var refreshes: Int { refreshing.withLock { $0 } }
    var queries: Int { gate.arrivals }

    func set(_ domain: DomainName, _ records: String...) { answers.withLock { $0[domain] = .success(records) } }
    func fail(_ domain: DomainName) { answers.withLock { $0[domain] = .failure(DNSFailure(.serverFailure, "SERVFAIL")) } }
    func set(ttl seconds: Int) { ttl.withLock { $0 = seconds } }

    func addresses(_ name: DomainName, family: AddressFamily, refresh: Bool) async throws(DNSFailure) -> DNSAnswer<IPAddress> {
        throw DNSFailure(.refused, "not scripted")
    }

    func txt(_ name: DomainName, refresh: Bool) async throws(DNSFailure) -> DNSAnswer<[UInt8]> {
        if refresh { refreshing.withLock { $0 += 1 } }
        await gate.pass()
        guard let domain = name.text.split(separator: ".", maxSplits: 1).last, name == "_mta-sts.\(domain)" else {
            throw DNSFailure(.malformed, name.text)
        }
        let records = try answers.withLock { $0["\(domain)"] ?? .success([]) }.get()
        return DNSAnswer(
            name: name, status: .insecure, outcome: records.isEmpty ? .noData : .records(records.map { Array($0.utf8) }),
            ttl: ttl.withLock { $0 })
    }
}

/// Policies by domain; nothing scripted is HTTP 404.
final class ScriptedFetcher: PolicyFetching {
    let gate = Gate()
    private let results = Mutex<[DomainName: Result<String, FetchError>]>([:])

    var fetches: Int { gate.arrivals }

    func set(_ domain: DomainName, mode: String = "enforce", mx: String = "mx.example.test", maxAge: Int = 604_800) {
        results.withLock { $0[domain] = .success("version: STSv1\nmode: \(mode)\nmx: \(mx)\nmax_age: \(maxAge)\n") }
    }
    func fail(_ domain: DomainName, _ failure: STSFailure = STSFailure(.fetchError, "HTTP 404")) {
        results.withLock { $0[domain] = .failure(failure) }
    }

    func fetch(domain: DomainName) async throws(FetchError) -> FetchedPolicy {
        await gate.pass()
        let text = try results.withLock { $0[domain] ?? .failure(STSFailure(.fetchError, "HTTP 404")) }.get()
        do throws(STSPolicyError) {
            return FetchedPolicy(policy: try STSPolicy.parse(Array(text.utf8)), sourceAddress: "192.0.2.1", certificateSHA256: "00")
        } catch {
            throw STSFailure(.policyInvalid, error.description)
        }
    }
}

/// A store without a disk.
final class MemoryStore: PolicyStore {
    struct Broken: Error {}

    private let rows = Mutex<[DomainName: CachedPolicy]>([:])
    private let broken = Mutex(false)

    func set(isBroken: Bool) { broken.withLock { $0 = isBroken } }
    subscript(domain: DomainName) -> CachedPolicy? { rows.withLock { $0[domain] } }

    private func use() throws {
        if broken.withLock({ $0 }) { throw Broken() }
    }

    func policy(domain: DomainName) async throws -> CachedPolicy? {
        try use()
        return self[domain]
    }
    func save(_ policy: CachedPolicy) async throws {
        try use()
        rows.withLock { $0[policy.domain] = policy }
    }
    func noteChecked(domain: DomainName, at time: Date, error: String?) async throws {
        try use()
        rows.withLock { rows in
            rows[domain]?.lastChecked = time
            if let error { rows[domain]?.lastError = error }
        }
    }
    func noteUsed(domain: DomainName, at time: Date) async throws {
        try use()
        rows.withLock { $0[domain]?.lastUsed = time }
    }
    func policiesDue(at now: Date, expiringAfter: Date, after: DomainName?, limit: Int) async throws -> [CachedPolicy] {
        try use()
        let due = rows.withLock { $0.values.filter { $0.expires > expiringAfter && ($0.refreshAt <= now || $0.fetchedAt > now) } }
        return Array(due.filter { row in after.map { row.domain > $0 } ?? true }.sorted { $0.domain < $1.domain }.prefix(limit))
    }
}
