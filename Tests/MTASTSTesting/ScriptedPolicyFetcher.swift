package import Basics
package import MTASTS
import Records
import Synchronization
package import TestSupport

/// Policy hosts of a script; any other answers 404.
package final class ScriptedPolicyFetcher: PolicyFetching {
    /// Every fetch passes it.
    package let gate = Gate()
    private let results = Mutex<[DomainName: Result<String, FetchError>]>([:])

    /// Nobody has a policy yet.
    package init() {}

    /// How many fetches there were.
    package var fetches: Int { gate.arrivals }

    /// The domain has a policy that says this.
    package func set(
        _ domain: DomainName, mode: STSMode = .enforce, mx: [String] = ["mx.example.test"], maxAge: Int = 604_800
    ) {
        let lines = ["version: STSv1", "mode: \(mode.rawValue)"] + mx.map { "mx: \($0)" } + ["max_age: \(maxAge)", ""]
        results.withLock { $0[domain] = .success(lines.joined(separator: "\n")) }
    }

    /// Fetching the domain's policy fails.
    package func fail(_ domain: DomainName, _ failure: STSFailure = STSFailure(.fetchError, "HTTP 404")) {
        results.withLock { $0[domain] = .failure(.failed(failure)) }
    }

    /// The domain's policy is not fetched, for want of something of our own.
    package func refuse(_ domain: DomainName) {
        results.withLock { $0[domain] = .failure(.notMade("scripted")) }
    }

    package func fetch(domain: DomainName) async throws(FetchError) -> FetchedPolicy {
        await gate.pass()
        let text = try (results.withLock { $0[domain] } ?? .failure(.failed(STSFailure(.fetchError, "HTTP 404")))).get()
        do throws(STSPolicyError) {
            return FetchedPolicy(policy: try STSPolicy.parse(Array(text.utf8)), sourceAddress: ip("192.0.2.1"), certificateSHA256: "00")
        } catch {
            throw .failed(STSFailure(.policyInvalid, error.description))
        }
    }
}
