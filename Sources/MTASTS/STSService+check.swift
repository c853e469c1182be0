import Basics
import DNS
import FoundationEssentials

extension STSService {
    /// The domain's policy in the store, expired or not; `isUnknown` if the store cannot say.
    struct Stored {
        var held: Held?
        var isUnknown = false
    }

    /// What is not known for longer is answered from memory for at least and at most so long (also RFC 2308 for "no record").
    static func lifetime(ttl: Int) -> Duration { .seconds(min(max(ttl, 60), 1800)) }

    /// Finds out the domain's status: store, TXT, fetch.
    func check(_ domain: DomainName, asksAnew: Bool) async -> Outcome {
        let stored = await storedPolicy(domain, isUse: true)
        let live = liveOrNil(stored.held)
        if let live { offer(live) }
        noteStored(domain, isWithout: live == nil && !stored.isUnknown)
        let answer: DNSAnswer<[UInt8]>
        do throws(DNSFailure) {
            guard let name = domain.stsRecordName else { return Outcome(.none(.notADomain), goodFor: nil) }
            answer = try await resolver.txt(name, refresh: asksAnew)
        } catch {
            logger.debug("MTA-STS: TXT look-up failed", metadata: ["domain": "\(domain)", "failure": "\(error)"])
            // RFC 8461 3.1, 5.1: a cached policy applies although there is no TXT record to be had.
            if let live { return Outcome(live, goodFor: .seconds(60)) }
            // A domain that once had a policy is not taken for one without because its DNS fails.
            if stored.held != nil || stored.isUnknown { return Outcome(.pending, goodFor: nil) }
            return Outcome(.none(.lookupFailed(error)), goodFor: .seconds(60))
        }
        if answer.canonicalName != answer.name {
            logger.debug("MTA-STS: TXT record is an alias", metadata: ["domain": "\(domain)", "target": "\(answer.canonicalName)"])
        }
        let lifetime = Self.lifetime(ttl: answer.ttl)
        switch STSRecord.select(from: answer.records) {
        case .none:
            return without(.noRecord, stored, live, lifetime)
        case .several:
            return without(.severalRecords, stored, live, lifetime)
        case .invalid(let reason):
            return without(.invalidRecord(STSFailure(.policyInvalid, "TXT record: \(reason)")), stored, live, lifetime)
        case .record(let record):
            if let live, live.policy.id == record.id {
                await noteChecked(live.policy)
                // RFC 8461 3.1, 3.2: the policy is current, and no longer valid than it was.
                return Outcome(live, goodFor: lifetime)
            }
            return await replace(domain, id: record.id, stored, lifetime)
        }
    }

    /// There is no usable TXT record: a cached policy applies all the same (RFC 8461 3.1, 5.1).
    private func without(_ reason: STSNoPolicyReason, _ stored: Stored, _ live: Held?, _ lifetime: Duration) -> Outcome {
        if let live { return Outcome(live, note: STSStatus.none(reason).failure, goodFor: lifetime) }
        return stored.isUnknown ? Outcome(.pending, goodFor: nil) : Outcome(.none(reason), goodFor: lifetime)
    }

    /// The TXT record announces a policy that we do not have.
    private func replace(_ domain: DomainName, id: String, _ before: Stored, _ lifetime: Duration) async -> Outcome {
        var stored = before
        if let refresh = state.withLock({ $0.refreshes[domain] }) {
            _ = await refresh.value(until: nil, clock: clock)
            stored = await storedPolicy(domain, isUse: false)
            if let live = liveOrNil(stored.held), live.policy.id == id { return Outcome(live, goodFor: lifetime) }
        }
        let live = liveOrNil(stored.held)
        let started = clock.instant
        let recent = state.withLock { $0.entries.value(for: domain, now: started)?.backOff }
        if let recent, recent.id == id, started < recent.until {
            return failed(recent.failure, stored, live, goodFor: min(lifetime, recent.until - started))
        }
        switch await fetch(domain, id: id, lastUsed: now().0) {
        case .success(let policy):
            return Outcome(policy, goodFor: lifetime)
        case .failure(.notMade):
            // Nothing was learnt. What is cached applies; without, mail waits, and the next one asks again.
            return live.map { Outcome($0, goodFor: .seconds(60)) } ?? Outcome(.pending, goodFor: nil)
        case .failure(.failed(let failure)):
            let now = clock.instant
            let (backOff, isFirst) = state.withLock { state in
                let before = state.entries.value(for: domain, now: now)?.backOff
                let backOff = BackOff(after: before, id: id, failure: failure, now: now)
                state.update(domain, instant: now) { $0.backOff = backOff }
                return (backOff, backOff.failures == 1)
            }
            if stored.held != nil { await noteFailure(domain, failure) }
            logger.log(
                level: isFirst ? (live == nil ? .notice : .warning) : .debug, "MTA-STS: policy could not be fetched",
                metadata: ["domain": "\(domain)", "id": "\(id)", "failure": "\(failure)", "cached": "\(live != nil)"])
            return failed(failure, stored, live, goodFor: min(lifetime, backOff.until - now))
        }
    }

    /// RFC 8461 3.3: what is cached applies until it expires; without, it is as if there were no policy.
    private func failed(_ failure: STSFailure, _ stored: Stored, _ live: Held?, goodFor: Duration) -> Outcome {
        if let live { return Outcome(live, note: failure, goodFor: goodFor) }
        return stored.isUnknown ? Outcome(.pending, goodFor: nil) : Outcome(.none(.fetchFailed(failure)), goodFor: goodFor)
    }

    /// What the store said bounds how long callers are told to wait.
    private func noteStored(_ domain: DomainName, isWithout: Bool) {
        let instant = clock.instant
        state.withLock { $0.update(domain, instant: instant) { $0.isStoreWithout = isWithout } }
    }

    /// A cached policy is the answer to callers whose deadline passes before the check is done.
    private func offer(_ live: Held) {
        let instant = clock.instant
        state.withLock { state in
            guard state.entries.value(for: live.policy.domain, now: instant)?.status?.cached != live.policy else { return }
            state.update(live.policy.domain, instant: instant) { entry in
                entry.status = STSStatus(live.policy)
                entry.policyUntil = live.until
                entry.goodUntil = nil
            }
        }
    }
}
