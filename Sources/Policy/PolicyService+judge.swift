import Basics
import DANE
import FoundationEssentials
import MTASTS
import TLS

/// A question to the policy: may this leg have a recipient of this domain?
public struct JudgeRequest: Sendable {
    /// The policy domain; nil for an address literal or `<postmaster>`.
    public var domain: DomainName?
    /// The leg, without hosts and authentication: those are found here.
    public var leg: LegEvidence
    /// What the peer showed; nil without TLS.
    public var chain: CertificateChain?
    /// Whether the leg may be dialled again.
    public var redial: Attempts.Redial
    /// Why the last re-dial came to nothing.
    public var redialFailure: String?
    /// Mail for other domains uses the leg already.
    public var isLegShared = false
    /// The route that the destination is listed as: it decides then, and not the recipient's domain.
    public var route: RoutePolicy?
    /// Why no policy may hold this mail back; nil for mail like any other.
    public var exemption: String?
    /// The client that asks; its network may have an enforcement of its own.
    public var client: IPAddress?
    /// How long ago the leg was dialled; nil when that is not known, and then nothing is concluded from it for other legs.
    public var age: Duration?
    /// The settings that the asking session was accepted under; nil: those that the service has now.
    public var settings: PolicySettings?

    /// A question about a leg.
    public init(
        domain: DomainName?, leg: LegEvidence, chain: CertificateChain?, redial: Attempts.Redial, client: IPAddress? = nil,
        route: RoutePolicy? = nil, exemption: String? = nil
    ) {
        self.exemption = exemption
        self.domain = domain
        self.route = route
        self.client = client
        self.leg = leg
        self.chain = chain
        self.redial = redial
    }
}

extension JudgeRequest {
    /// What was tried before anything was looked up.
    var attempts: Attempts { Attempts(redial: redial, redialFailure: redialFailure, isLegShared: isLegShared) }
}

extension PolicyService {
    /// The settings for a request: the domain's, with an exemption in the place of an override where the mail has one.
    func settings(for request: JudgeRequest) -> DecisionSettings {
        var settings = settings(for: request.domain, client: request.client, under: request.settings)
        if let exemption = request.exemption { settings.override = .init(until: .distantFuture, reason: exemption) }
        return settings
    }
}

extension PolicyService {
    /// What has to be looked up for a request; nil when there is nothing.
    func key(of request: JudgeRequest) -> Key? {
        if let route = request.route { return Key(domain: route.host, port: request.leg.port, route: route) }
        guard let domain = request.domain else { return nil }
        let insecureMX = request.settings?.settings.insecureMX ?? state.withLock { $0.settings.settings.insecureMX }
        return Key(domain: domain, port: request.leg.port, ignoresInsecureMX: insecureMX == .off)
    }
}

/// The answer to a ``JudgeRequest``: final, or a request for another leg.
public struct Judgement: Sendable {
    /// What the policy wants.
    public enum Answer: Sendable, Hashable {
        case verdict(Verdict)
        case redial(serverName: DomainName)
        case renew
    }

    /// What the policy wants.
    public var answer: Answer
    /// The leg as it was judged.
    public var leg: LegEvidence
    /// The evidence that was used; nil when there is none.
    public var snapshot: Snapshot?
    /// The settings for the domain by which it was judged.
    public var settings: DecisionSettings
    /// What had been tried before.
    public var attempts: Attempts
    /// When it was judged, by the clock that decided what has expired.
    public var at: Date
    /// Milliseconds that the session waited for look-ups and checks.
    public var waitedMilliseconds: Int

    /// A judgement.
    public init(
        answer: Answer, leg: LegEvidence, snapshot: Snapshot? = nil, settings: DecisionSettings = DecisionSettings(),
        attempts: Attempts = Attempts(), at: Date = Date(), waitedMilliseconds: Int = 0
    ) {
        self.answer = answer
        self.leg = leg
        self.snapshot = snapshot
        self.settings = settings
        self.attempts = attempts
        self.at = at
        self.waitedMilliseconds = waitedMilliseconds
    }
}

extension PolicyService {
    /// Judges at once when all that is needed is known; nil otherwise.
    public func knownJudgement(_ request: JudgeRequest) -> Judgement? {
        guard let key = key(of: request) else {
            return try? decideOnce(request, snapshot: nil, leg: request.leg, attempts: request.attempts).get()
        }
        guard let snapshot = knownEvidence(key), let leg = knownLeg(request, snapshot: snapshot) else {
            return nil
        }
        return try? decideOnce(request, snapshot: snapshot, leg: leg, attempts: request.attempts).get()
    }

    /// Judges, with whatever look-ups and checks that takes, within `budget`.
    public func judge(_ request: JudgeRequest, budget: Duration) async -> Judgement {
        if let known = knownJudgement(request) { return known }
        let started = ContinuousClock.now
        var result = await lookUpAndDecide(request, deadline: started + budget)
        result.waitedMilliseconds = Int((ContinuousClock.now - started) / .milliseconds(1))
        return result
    }

    /// Notes that the leg was authenticated, so that the next dial to the address asks for the right certificate at once.
    public func noteAuthenticated(_ serverName: DomainName, at address: IPAddress) {
        memory.noteAuthenticated(serverName, at: address, now: clock.instant)
    }

    /// Makes the look-ups, and those again that `decide` wants to be fresh, until there is a judgement.
    private func lookUpAndDecide(_ request: JudgeRequest, deadline: ContinuousClock.Instant) async -> Judgement {
        guard let key = key(of: request), var snapshot = await evidence(key, deadline: deadline) else {
            return pending(request)
        }
        var attempts = request.attempts
        while true {
            let leg = await authenticatedLeg(request, snapshot: snapshot)
            switch decideOnce(request, snapshot: snapshot, leg: leg, attempts: attempts) {
            case .success(let judgement): return judgement
            case .failure(let wanted):
                attempts.refreshed.insert(wanted.refresh)
                // When the fresh look-up takes too long, what is known decides.
                snapshot = await evidence(key, refreshing: wanted.refresh, insteadOf: snapshot, deadline: deadline) ?? snapshot
            }
        }
    }

    /// Something has to be looked up again before there is a judgement.
    private struct RefreshWanted: Error {
        var refresh: Refresh
    }

    /// One run of `decide` over what is known now.
    private func decideOnce(
        _ request: JudgeRequest, snapshot: Snapshot?, leg: LegEvidence, attempts: Attempts
    ) -> Result<Judgement, RefreshWanted> {
        let settings = settings(for: request)
        let moment = moment()
        var attempts = attempts
        // The TXT record is asked for past all caches at most every 5 minutes: what was found then still holds.
        if snapshot?.refresh == .stsID { attempts.refreshed.insert(.stsID) }
        let answer: Judgement.Answer
        switch step(request, snapshot: snapshot, leg: leg, settings: settings, attempts: &attempts, at: moment) {
        case .verdict(let verdict): answer = .verdict(verdict)
        case .redial(let serverName): answer = .redial(serverName: serverName)
        case .renew: answer = .renew
        case .refresh(let refresh): return .failure(RefreshWanted(refresh: refresh))
        }
        return .success(Judgement(answer: answer, leg: leg, snapshot: snapshot, settings: settings, attempts: attempts, at: moment.wall))
    }

    /// The judgement when the look-ups take longer than a recipient may wait: 451 4.7.0, and the next attempt finds them done.
    private func pending(_ request: JudgeRequest) -> Judgement {
        let settings = settings(for: request)
        let now = now()
        let verdict = pendingVerdict(domain: request.domain?.text ?? "", leg: request.leg, settings: settings, now: now)
        return Judgement(
            answer: .verdict(verdict), leg: request.leg, settings: settings, attempts: request.attempts, at: now)
    }
}
