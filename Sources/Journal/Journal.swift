import Basics
import Dispatch
import FoundationEssentials
import Logging
import Records
import Synchronization

/// Writes what happens into one SQLite file, in batches, from a queue of its own.
///
/// ``record(_:)`` may be called from any thread and never blocks; events wait in memory until the next batch is committed. A full disk
/// or a broken database makes ``health`` failing and is tried again, with the events kept up to the bounds of ``JournalSettings``; Weft goes on.
/// Reads that serve people go through ``JournalReader``.
public final class Journal: EventSink {
    private let current: Mutex<JournalSettings>
    let store: Store
    let pending: Mutex<PendingEvents>
    let logger: Logger
    let clock: any SteadyClock
    let wall: @Sendable () -> Date
    let retentionClock: Mutex<RetentionClock>
    /// The doubt that was logged last, and when.
    let doubtReported = Mutex<(doubt: RetentionClock.Doubt, at: ContinuousClock.Instant)?>(nil)
    /// Everything that writes runs here.
    let queue = DispatchQueue(label: "weft.journal")
    /// Waits for nothing, least of all for ``queue``.
    let watchQueue = DispatchQueue(label: "weft.journal.watch")

    /// Opens the journal, creating the file or bringing its schema up to date.
    ///
    /// - Throws: when the path cannot be written, is not a database, is another program's, or was written by a newer Weft.
    public convenience init(_ settings: JournalSettings, logger: Logger) throws(JournalError) {
        try self.init(settings, logger: logger, clock: SystemSteadyClock(), wall: { Date() })
    }

    /// With the clocks that retention goes by.
    package init(
        _ settings: JournalSettings, logger: Logger, clock: any SteadyClock, wall: @escaping @Sendable () -> Date
    ) throws(JournalError) {
        self.clock = clock
        self.wall = wall
        retentionClock = Mutex(RetentionClock(wall: wall(), instant: clock.instant))
        current = Mutex(settings)
        self.logger = logger
        store = try Store(path: settings.path, logger: logger)
        pending = Mutex(PendingEvents(settings))
        scheduleRetention(after: settings.retentionInterval)
        scheduleWatch()
    }

    /// As given at the start, or by ``reconfigure(_:)`` since.
    public var settings: JournalSettings { current.withLock { $0 } }

    /// Takes a new retention and size limit; what else there is holds from the start to the end.
    public func reconfigure(_ settings: JournalSettings) {
        current.withLock { current in
            current.retention = settings.retention
            current.maximumSize = settings.maximumSize
        }
    }

    /// Records what happened. Cheap and from any thread; never blocks.
    ///
    /// The event is dropped and counted (``lostEvents``) when the journal is closed, or as many wait as may.
    public func record(_ event: Event) {
        settle(pending.withLock { $0.append(CollectionOfOne(event), priority: event.hasPriority) })
    }

    /// Records a decision with the evidence that it rests on: all of it, or nothing. Cheap and from any thread; never blocks.
    ///
    /// A quarter of the bounds is kept for these: transcripts are dropped first.
    public func take(_ events: [Event]) -> Bool {
        let receipt = pending.withLock { $0.append(events, priority: true) }
        settle(receipt)
        return receipt.isTaken
    }

    private func settle(_ receipt: PendingEvents.Receipt) {
        if receipt.wake != .nothing { schedule(receipt.wake) }
        if let lost = receipt.lossToReport { logger.error("journal: \(lossReason) \(lost) lost since the start.") }
    }

    /// Why events are dropped, and what to do.
    var lossReason: String {
        "Events are dropped because as many wait as may: \(store.path) cannot be written, or not as fast as they come. Look at its disk."
    }

    /// Whether so much waits to be written that sessions should read no more from their clients for now.
    ///
    /// Not while ``health`` is failing: whether mail flows without a journal is the operator's choice, not a matter of waiting.
    public var isCongested: Bool {
        pending.withLock { $0.isCongested }
    }

    /// Waits until the journal is no longer congested, or failing: at most for as long as nothing may be written before that counts as failing.
    public func waitForSpace() async {
        await withCheckedContinuation { (waiter: CheckedContinuation<Void, Never>) in
            let mayGoOn = pending.withLock { pending in
                guard pending.isCongested else { return true }
                pending.spaceWaiters.append(waiter)
                return false
            }
            if mayGoOn { waiter.resume() }
        }
    }

    /// Returns when everything recorded so far is on disk; concurrent calls share one commit.
    ///
    /// - Throws: when it is not, because the database fails, or takes too long, or events had to be dropped, or the journal was closed.
    public func commit() async throws(JournalError) {
        let result: Result<Void, JournalError> = await withCheckedContinuation { waiter in
            let wake = pending.withLock { $0.awaitCommit(waiter, now: .now) }
            if wake != .nothing { schedule(wake) }
        }
        try result.get()
    }

    /// Whether events reach the disk. It is told without waiting for a write, and so while one hangs.
    public var health: SinkHealth {
        pending.withLock { pending in
            if let failure = pending.failure { return .failing(reason: failure.error.description, since: failure.since) }
            if let stall = pending.stall(now: .now) {
                return .failing(
                    reason: JournalError.stalled(store.path, for: stall).description,
                    since: Date(timeIntervalSinceNow: -Double(stall.components.seconds)))
            }
            if let since = pending.droppingSince { return .failing(reason: lossReason, since: since) }
            return store.lapse.map { .failing(reason: $0.error.description, since: $0.since) } ?? .healthy
        }
    }

    /// How many events were dropped since the start.
    public var lostEvents: Int {
        pending.withLock { $0.lost }
    }

    /// Writes what waits and closes the file. What cannot be written is lost, and said to be.
    public func close() async {
        await withCheckedContinuation { (waiter: CheckedContinuation<Void, Never>) in
            queue.async { [self] in
                let wasOpen = pending.withLock { pending in
                    defer { pending.isClosed = true }
                    return !pending.isClosed
                }
                if wasOpen {
                    flush()
                    let remaining = pending.withLock { $0.abandon(JournalError(.closed, "The journal was closed.")) }
                    if remaining > 0 {
                        logger.error("journal: closed with \(remaining) events that could not be written")
                    }
                    store.close()
                }
                waiter.resume()
            }
        }
    }
}
