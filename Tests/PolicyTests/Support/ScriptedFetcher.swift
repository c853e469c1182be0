import Basics
import MTASTS
import Synchronization
import TestSupport

/// Policy hosts of a script; any other answers 404.
final class ScriptedFetcher: PolicyFetching {
    let gate = Gate()
    private let results = Mutex<[DomainName: Result<STSPolicy, FetchError>]>([:])

    func set(_ domain: DomainName, mode: STSPolicy.Mode = .enforce, mx: [String], maxAge: Int = 604_800) throws(STSPolicyError) {
        let lines = ["version: STSv1", "mode: \(mode.rawValue)"] + mx.map { "mx: \($0)" } + ["max_age: \(maxAge)", ""]
        let policy = try STSPolicy.parse(Array(lines.joined(separator: "\n").utf8))
        results.withLock { $0[domain] = .success(policy) }
    }

    func fail(_ domain: DomainName) {
        results.withLock { $0[domain] = .failure(STSFailure(.fetchError, "HTTP 503")) }
    }

    func fetch(domain: DomainName) async throws(FetchError) -> FetchedPolicy {
        await gate.pass()
        let policy = try (results.withLock { $0[domain] } ?? .failure(STSFailure(.fetchError, "HTTP 404"))).get()
        return FetchedPolicy(policy: policy, sourceAddress: "203.0.113.80", certificateSHA256: "00")
    }
}
