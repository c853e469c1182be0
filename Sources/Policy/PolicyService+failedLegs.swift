import Basics
import Records

// What earlier sessions found out about a server keeps later ones from dialling it in vain.

extension PolicyService {
    /// `decide`, which wants no leg that was dialled in vain within the last minute; and the note of what is found now.
    ///
    /// - Parameter attempts: what was tried; the names that were tried by others join it when the answer rests on them.
    func step(
        _ request: JudgeRequest, snapshot: Snapshot?, leg: LegEvidence, settings: DecisionSettings, attempts: inout Attempts, at now: Moment
    ) -> Step {
        let first = decide(snapshot?.evidence, leg: leg, settings: settings, attempts: attempts, now: now.wall)
        guard let snapshot, let key = key(of: request) else { return first }
        let place = FailedLegs.Place(address: leg.destination, key: key, settings: settings)
        guard first.isAboutFailedLeg else {
            if case .verdict(let verdict) = first, verdict.action == .accept, verdict.would == nil { failedLegs.forget(place) }
            return first
        }
        let dial = FailedLegs.Dial(serverName: leg.serverName ?? leg.failedServerName, chain: request.chain?.digest)
        let names = failedLegs.names(beside: dial, at: place, evidence: snapshot.fingerprint, now: now.steady)
        if let age = request.age, !leg.isResumed {
            failedLegs.note(dial, at: place, evidence: snapshot.fingerprint, now: now.steady, age: age)
        }
        guard let names else { return first }
        var informed = attempts
        informed.failedLately = names
        let second = decide(snapshot.evidence, leg: leg, settings: settings, attempts: informed, now: now.wall)
        // The memory refuses what would be refused, and accepts nothing.
        if case .verdict(let verdict) = second, verdict.action == .accept { return first }
        if case .verdict = second, second != first { attempts = informed }
        return second
    }
}

extension Step {
    /// The leg at hand did not satisfy a policy that another one might.
    fileprivate var isAboutFailedLeg: Bool {
        switch self {
        case .redial, .renew: true
        case .verdict(let verdict): verdict.isChainFailure || verdict.reason == .needsNewSession || verdict.reason == .needsOwnTransaction
        case .refresh: false
        }
    }
}

extension LegEvidence {
    /// What it shows is not of now: the chain is that of the session that is gone on with (RFC 8446 2.2).
    fileprivate var isResumed: Bool {
        if case .established(let info) = tls { info.resumed } else { false }
    }

    /// The name under which the handshake failed before the leg was dialled in clear.
    fileprivate var failedServerName: DomainName? {
        if case .failed = tls { triedServerNames.last } else { nil }
    }
}
