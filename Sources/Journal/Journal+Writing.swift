import Dispatch
import FoundationEssentials
import GRDB
import Logging

extension Journal {
    func schedule(_ wake: PendingEvents.Wake) {
        switch wake {
        case .nothing:
            break
        case .now:
            queue.async { self.flush() }
        case .afterInterval:
            queue.asyncAfter(deadline: .now() + settings.batchInterval.dispatch) {
                self.pending.withLock { $0.isTimerSet = false }
                self.flush()
            }
        }
    }

    /// Commits what waits as one transaction. On the queue only.
    func flush() {
        guard let batch = pending.withLock({ $0.take() }) else { return }
        do throws(JournalError) {
            try store.write(batch.events)
        } catch {
            failed(batch, error)
            return
        }
        let (recovered, waiters, lost) = pending.withLock { ($0.committed(batch, now: .now), $0.takeWaiters(upTo: batch.end), $0.lost) }
        if let recovered {
            logger.notice(
                "journal: writing again after \(recovered.components.seconds) s; \(lost) events lost since the start")
        }
        let outcome: Result<Void, JournalError> =
            batch.followsLoss
            ? .failure(JournalError(.full, lossReason))
            : .success(())
        for waiter in waiters.commit { waiter.resume(returning: outcome) }
        for waiter in waiters.space { waiter.resume() }
    }

    private func failed(_ batch: PendingEvents.Batch, _ error: JournalError) {
        let (failure, waiters, closed) = pending.withLock { pending in
            (pending.putBack(batch, error: error, now: .now), pending.takeWaiters(upTo: .max), pending.isClosed)
        }
        // Said at the first failure, and again at each doubling of the wait, then once for each longest wait.
        logger.error("journal: \(error.description) Trying again in \(failure.retryDelay.components.seconds) s.")
        for waiter in waiters.commit { waiter.resume(returning: .failure(error)) }
        for waiter in waiters.space { waiter.resume() }
        guard !closed else { return }
        queue.asyncAfter(deadline: .now() + failure.retryDelay.dispatch) { [weak self] in
            guard let self else { return }
            // A commit may have tried in between; only the wait that belongs to the latest failure tries again.
            if pending.withLock({ $0.failure?.attempt == failure.attempt }) { flush() }
        }
    }

    /// Runs `body` in a transaction of its own, after what is being written now; returns when it is on disk.
    func write<T: Sendable>(_ body: @escaping @Sendable (Database) throws -> T) async throws(JournalError) -> T {
        let result: Result<T, JournalError> = await withCheckedContinuation { waiter in
            queue.async { [store] in waiter.resume(returning: Result { () throws(JournalError) in try store.transaction(body) }) }
        }
        return try result.get()
    }
}

extension Duration {
    var dispatch: DispatchTimeInterval {
        let (seconds, attoseconds) = components
        let (microseconds, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000)
        return overflow ? .never : .microseconds(Int(clamping: microseconds) + Int(attoseconds / 1_000_000_000_000))
    }

    var microseconds: Int {
        let (seconds, attoseconds) = components
        let (microseconds, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000)
        return overflow ? (seconds < 0 ? .min / 2 : .max / 2) : Int(microseconds) + Int(attoseconds / 1_000_000_000_000)
    }
}
