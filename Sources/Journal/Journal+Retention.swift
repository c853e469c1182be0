import Dispatch
import FoundationEssentials
import Logging

extension Journal {
    /// Between two slices whatever waits is written.
    private static let pause = DispatchTimeInterval.milliseconds(10)

    func scheduleRetention(after delay: Duration) {
        queue.asyncAfter(deadline: .now() + delay.dispatch) { [weak self] in self?.retain(now: Date()) }
    }

    private func retain(now: Date) {
        if pending.withLock({ $0.isClosed }) { return }
        var retention = Retention(age: settings.retention, maximumSize: settings.maximumSize, now: now)
        slice(&retention)
    }

    private func slice(_ retention: inout Retention) {
        if pending.withLock({ $0.isClosed }) { return }
        let hasMore: Bool
        do throws(JournalError) {
            hasMore = try retention.slice(store)
        } catch {
            logger.error("journal: old records could not be deleted: \(error.description)")
            scheduleRetention(after: settings.retentionInterval)
            return
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

    /// Deletes at once what is due to be deleted at `now`.
    package func applyRetention(now: Date) async throws(JournalError) {
        let result: Result<Void, JournalError> = await withCheckedContinuation { waiter in
            queue.async { [self] in
                var retention = Retention(age: settings.retention, maximumSize: settings.maximumSize, now: now)
                do throws(JournalError) {
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
