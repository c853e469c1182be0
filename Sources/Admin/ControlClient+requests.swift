import Basics
import FoundationEssentials
import Records
import Reports

// One method a request, with the answer that belongs to it. Each throws what `send` throws; an answer to something else is none.

extension ControlClient {
    /// Exempts a domain until then.
    package func addOverride(
        domain: DomainName, kind: OverrideKind = .any, until: Date, reason: String
    ) async throws(AdminError) -> OverrideView {
        let request = ControlRequest.addOverride(domain: domain.text, kind: kind, until: until, reason: reason)
        guard case .override(let made) = try await send(request) else { throw other }
        return made
    }

    /// Ends the exemption of a domain.
    package func removeOverride(domain: DomainName) async throws(AdminError) -> OverrideRemoval {
        guard case .overrideRemoval(let removal) = try await send(.removeOverride(domain: domain.text)) else { throw other }
        return removal
    }

    /// Has a domain's MTA-STS policy fetched now.
    package func refreshPolicy(domain: DomainName) async throws(AdminError) -> PolicyOutcome {
        guard case .policy(let outcome) = try await send(.refreshPolicy(domain: domain.text)) else { throw other }
        return outcome
    }

    /// Takes a domain's MTA-STS policy out of the cache.
    package func forgetPolicy(domain: DomainName) async throws(AdminError) -> PolicyRemoval {
        guard case .policyRemoval(let removal) = try await send(.forgetPolicy(domain: domain.text)) else { throw other }
        return removal
    }

    /// Has the configuration read again.
    package func reload() async throws(AdminError) -> ReloadOutcome {
        guard case .reload(let outcome) = try await send(.reload) else { throw other }
        return outcome
    }

    /// How the daemon is.
    package func status() async throws(AdminError) -> DaemonStatus {
        guard case .status(let status) = try await send(.status) else { throw other }
        return status
    }

    /// What the daemon has learned of servers, or of the one at `address`.
    package func learned(about address: IPAddress?) async throws(AdminError) -> LearnedList {
        guard case .learned(let list) = try await send(.learned(address: address?.description)) else { throw other }
        return list
    }

    private var other: AdminError { AdminError(.noAnswer, "the daemon at \(path) answered something else than it was asked") }
}
