import Basics
import Dispatch
import FoundationEssentials
import Logging

extension Journal {
    /// Between two slices whatever waits is written.
    private static let pause = DispatchTimeInterval.milliseconds(10)

    func scheduleRetention(after delay: Duration) {
        queue.asyncAfter(deadline: .now() + delay.dispatch) { [weak self] in self?.retain() }
    }

    private func retain() {
        if pending.withLock({ $0.isClosed }) { return }
        do throws(JournalError) {
            var retention = try dueRetention()
            slice(&retention)
        } catch {
            gaveUp(error)
        }
    }

    private func gaveUp(_ error: JournalError) {
        logger.error("journal: old records could not be deleted: \(error.description)")
        scheduleRetention(after: settings.retentionInterval)
    }

    /// What is to be deleted now: nothing for its age while the clock is in doubt.
    private func dueRetention() throws(JournalError) -> Retention {
        let settings = settings
        let (now, instant) = (wall(), clock.instant)
        guard settings.retention != nil else { return Retention(age: nil, maximumSize: settings.maximumSize, now: now) }
        var judge = retentionClock.withLock { $0 }
        let doubt = try judge.doubt(wall: now, instant: instant) { limit throws(JournalError) in
            try Retention.newestRecord(store, until: limit)
        }
        retentionClock.withLock { $0 = judge }
        report(doubt, at: instant)
        return Retention(age: doubt == nil ? settings.retention : nil, maximumSize: settings.maximumSize, now: now)
    }

    /// Says when a doubt begins, once a day while it lasts, and when it has ended.
    private func report(_ doubt: RetentionClock.Doubt?, at instant: ContinuousClock.Instant) {
        let last = doubtReported.withLock { $0 }
        guard let doubt else {
            if last != nil { logger.notice("journal: records are deleted for their age again") }
            return doubtReported.withLock { $0 = nil }
        }
        if let last, instant - last.at < RetentionClock.grace, last.doubt.isSameKind(as: doubt) { return }
        doubtReported.withLock { $0 = (doubt, instant) }
        switch doubt {
        case .leap(let seconds):
            logger.error(
                """
                journal: the machine's clock has leapt \(seconds) s ahead, so no record is deleted for its age: set the clock right, or start \
                Weft again if it is right now
                """)
        case .gap(let date):
            logger.warning(
                """
                journal: nothing was recorded for more than a day after \(RFC3339.text(date)); in case the machine's clock is wrong, no record \
                is deleted for its age on the first day
                """)
        }
    }

    private func slice(_ retention: inout Retention) {
        if pending.withLock({ $0.isClosed }) { return }
        let hasMore: Bool
        do throws(JournalError) {
            hasMore = try retention.slice(store)
        } catch {
            return gaveUp(error)
        }
        guard hasMore else {
            scheduleRetention(after: settings.retentionInterval)
            return
        }
        queue.asyncAfter(deadline: .now() + Self.pause) { [weak self, retention] in
            var retention = retention
            self?.slice(&retention)
        }
    }

    /// Deletes at once what is due to be deleted: at `now`, believing it, or by the clocks.
    package func applyRetention(now: Date? = nil) async throws(JournalError) {
        let result: Result<Void, JournalError> = await withCheckedContinuation { waiter in
            queue.async { [self] in
                do throws(JournalError) {
                    let believed = now.map { Retention(age: settings.retention, maximumSize: settings.maximumSize, now: $0) }
                    var retention = if let believed { believed } else { try dueRetention() }
                    while try retention.slice(store) {}
                    waiter.resume(returning: .success(()))
                } catch {
                    waiter.resume(returning: .failure(error))
                }
            }
        }
        try result.get()
    }
}
