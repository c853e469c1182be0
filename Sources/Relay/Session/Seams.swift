import Basics
import Policy
import Records

/// The policy as a session sees it.
protocol PolicyGate: Sendable {
    /// Judges at once when all that is needed is known; nil otherwise.
    func knownJudgement(_ request: JudgeRequest) -> Judgement?
    /// Judges, with whatever look-ups and checks that takes, within `budget`.
    func judge(_ request: JudgeRequest, budget: Duration) async -> Judgement
    /// The name to send as SNI when nothing is known yet but the address.
    func serverName(at address: IPAddress) -> DomainName?
    /// Notes that a leg to `address` was authenticated under `serverName`.
    func noteAuthenticated(_ serverName: DomainName, at address: IPAddress)
}

extension PolicyService: PolicyGate {}
