import Policy

extension Upstream {
    /// Asks the policy about a leg. When that takes look-ups, the audience gets first what it was told so far.
    func askPolicy(about leg: Leg, _ claim: LegClaim, redial: Attempts.Redial) async -> Judgement {
        let request = JudgeRequest(
            domain: claim.domain, leg: evidence(of: leg), chain: leg.chain, redial: redial, client: claim.client, route: route,
            exemption: claim.exemption)
        if let known = policy.knownJudgement(request) { return known }
        audience?.flush()
        leg.flush()
        return await policy.judge(request, budget: settings.timeouts.policy)
    }

    /// What there is to judge about a leg.
    func evidence(of leg: Leg) -> LegEvidence {
        LegEvidence(
            destination: destination.address, port: destination.port, tls: leg.tls, serverName: leg.serverName,
            triedServerNames: triedServerNames)
    }
}
