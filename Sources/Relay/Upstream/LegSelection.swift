import Basics
import Policy

/// Finds the leg on which the policy has a verdict for a recipient: judges the one at hand, dials again under the names that the policy asks
/// for, and mends one that its server closed meanwhile.
///
/// A value of one transaction, in whose course re-dials are few and what was judged is remembered.
struct LegSelection {
    /// What the policy said in the end, and about which leg.
    struct Outcome {
        var judgement: Judgement
        var verdict: Verdict
        var leg: Leg
    }

    /// The most re-dials of a transaction.
    private static let mostRedials = 2

    /// Judgements on `judged`, by domain (nil for recipients without one). A verdict is about a leg: another one is judged anew.
    private var judgements: [DomainName?: Judgement] = [:]
    private var judged: Leg?
    private var redials = 0
    /// Names dialled with in this transaction. Those of earlier ones were for other domains, and left no leg to look at.
    private var tried: [DomainName] = []
    /// Why the last re-dial came to nothing.
    private var redialFailure: String?

    /// The leg that was judged for `claim`, whatever the verdict is.
    mutating func run(for claim: LegClaim, of claimant: some LegClaimant, on upstream: Upstream) async throws(SessionEnd) -> Outcome {
        var isMended = false
        while true {
            let leg: Leg
            do { leg = try await upstream.usableLeg() } catch { throw SessionEnd(error) }
            let judgement = await judgement(on: leg, claim, redial: redial(claimant, upstream), upstream)
            // Look-ups that were ended with the daemon are no finding.
            if upstream.audience?.isDismissed == true { throw .draining }
            switch judgement.answer {
            case .verdict(let verdict):
                // RFC 5321 3.8: the server may have closed meanwhile; if nothing was sent, another leg is judged, once.
                try claimant.checkLeg()
                if upstream.leg === leg {
                    if verdict.code == 421 {
                        // It ends the session, and so has to come after all other replies; one of them may bind the transaction to the leg.
                        let before = redial(claimant, upstream)
                        try await claimant.settle()
                        if redial(claimant, upstream) != before { continue }
                    }
                    judgements[claim.domain] = judgement
                    return Outcome(judgement: judgement, verdict: verdict, leg: leg)
                }
                guard !isMended else { throw .leg(.lost(leg.stream.end ?? .closed)) }
                isMended = true
            case .redial(let serverName):
                if try await dial(serverName, insteadOf: leg, claimant, upstream), !tried.contains(serverName) { tried.append(serverName) }
            case .renew:
                // The same name would resume the same session.
                leg.forgetSession()
                _ = try await dial(leg.serverName, insteadOf: leg, claimant, upstream)
            }
        }
    }

    /// Dials again; false when that may not be done any more.
    private mutating func dial(
        _ serverName: DomainName?, insteadOf leg: Leg, _ claimant: some LegClaimant, _ upstream: Upstream
    ) async throws(SessionEnd) -> Bool {
        // Recipients sent already may yet be accepted: whether the leg may be changed depends on their replies.
        try await claimant.settle()
        guard redial(claimant, upstream) == .allowed else { return false }
        redials += 1
        claimant.legWasReplaced()
        do { redialFailure = try await upstream.redial(serverName: serverName, insteadOf: leg)?.text } catch { throw SessionEnd(error) }
        return true
    }

    private mutating func judgement(
        on leg: Leg, _ claim: LegClaim, redial: Attempts.Redial, _ upstream: Upstream
    ) async -> Judgement {
        if judged !== leg {
            judgements = [:]
            judged = leg
        }
        if let known = judgements[claim.domain] { return known }
        for name in leg.triedServerNames where !tried.contains(name) { tried.append(name) }
        return await upstream.askPolicy(about: leg, claim, redial: redial, redialFailure: redialFailure, tried: tried)
    }

    /// Whether the leg may be dialled again: few times, and not when the claimant or the client is bound to this one.
    private func redial(_ claimant: some LegClaimant, _ upstream: Upstream) -> Attempts.Redial {
        if claimant.isUsingLeg { return .transactionUsesLeg }
        if upstream.isAuthenticated { return .exhausted }
        if redialFailure != nil { return .failed }
        return redials < Self.mostRedials && upstream.redials < Upstream.mostRedials ? .allowed : .exhausted
    }
}
