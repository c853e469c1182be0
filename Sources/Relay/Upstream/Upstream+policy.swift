import Basics
import NIOCore
import Policy

extension Upstream {
    /// Asks the policy about a leg. When that takes look-ups, the audience gets first what it was told so far.
    ///
    /// - Parameter tried: names that were dialled with for the same recipient, besides those on the way to the leg.
    func askPolicy(
        about leg: Leg, _ claim: LegClaim, redial: Attempts.Redial, redialFailure: String? = nil, tried: [DomainName] = []
    ) async -> Judgement {
        var request = JudgeRequest(
            domain: claim.domain, leg: evidence(of: leg, tried: tried), chain: leg.chain, redial: redial, client: claim.client,
            route: route,
            exemption: claim.exemption)
        request.redialFailure = redialFailure
        request.age = leg.dialledAt.map { Duration(clock.now - $0) }
        request.isLegShared = leg.isUsed(byOthersThan: claim.domain)
        if let known = policy.knownJudgement(request) { return known }
        audience?.flush()
        leg.flush()
        return await policy.judge(request, budget: settings.timeouts.policy)
    }

    /// What there is to judge about a leg.
    func evidence(of leg: Leg, tried: [DomainName]) -> LegEvidence {
        LegEvidence(
            destination: destination.address, port: destination.port, tls: leg.tls, serverName: leg.serverName,
            triedServerNames: tried + leg.triedServerNames.filter { !tried.contains($0) })
    }
}
