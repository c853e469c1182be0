import Dispatch
import Logging

/// What is to be noticed while a write hangs in the file system, hence from another queue than the one that writes.
extension Journal {
    private var watchInterval: Duration {
        let settings = settings
        return max(.milliseconds(5), min(.seconds(1), settings.stallLimit / 4, settings.commitLimit / 4))
    }

    func scheduleWatch() {
        watchQueue.asyncAfter(deadline: .now() + watchInterval.dispatch) { [weak self] in self?.watch() }
    }

    private func watch() {
        let (stall, overdue) = pending.withLock { ($0.stallToReport(now: .now), $0.takeOverdue(now: .now)) }
        if let stall { logger.error("journal: \(JournalError.stalled(store.path, for: stall).description)") }
        for waiter in overdue.commit { waiter.resume(returning: .failure(.stalled(store.path, for: settings.commitLimit))) }
        for waiter in overdue.space { waiter.resume() }
        scheduleWatch()
    }
}
