import FoundationEssentials
import Records

/// What waits to be written and who waits for it: the bookkeeping of ``Journal``, without threads or disk.
struct PendingEvents {
    /// What an append asks of the writer.
    enum Wake {
        /// It will come anyway.
        case nothing
        /// Come when the batch interval is over.
        case afterInterval
        /// Come now.
        case now
    }

    /// What became of what was appended.
    struct Receipt {
        /// Whether it waits to be written, and will not be dropped while the journal is open.
        var isTaken: Bool
        var wake: Wake
        /// How many events were lost since the start, when that is to be said now.
        var lossToReport: Int?
    }

    /// Events to be committed together.
    struct Batch {
        var events: [Event]
        var cost: Int
        /// The number of events recorded up to its last.
        var end: UInt64
        /// Whether events were dropped since the batch before.
        var followsLoss: Bool
    }

    /// Why and since when nothing can be written.
    struct Failure {
        var error: JournalError
        var since: Date
        var lastTried: ContinuousClock.Instant
        var attempt: Int
        /// 1, 2, 4, ... 30 s.
        var retryDelay: Duration { .seconds(min(30, 1 << min(attempt, 5))) }
    }

    typealias CommitWaiter = CheckedContinuation<Result<Void, JournalError>, Never>

    private let path: String
    private let limit: Int
    private let costLimit: Int
    private let batchSize: Int
    private let stallLimit: Duration
    private let commitLimit: Duration

    private var events: [Event] = []
    private var cost = 0
    private var inFlight = 0
    private var costInFlight = 0
    private var recorded: UInt64 = 0
    private var durable: UInt64 = 0
    private var hasLostSinceBatch = false
    private var isFlushQueued = false
    private var lossNotice = LossNotice()
    private var commitWaiters: [(ticket: UInt64, deadline: ContinuousClock.Instant, waiter: CommitWaiter)] = []
    /// Since when the oldest of the events waits; the oldest of those that are being written.
    private var waitingSince: ContinuousClock.Instant?
    private var inFlightSince: ContinuousClock.Instant?
    private var stallReportedAt: ContinuousClock.Instant?

    var isTimerSet = false
    var isClosed = false
    var spaceWaiters: [CheckedContinuation<Void, Never>] = []
    private(set) var lost = 0
    private(set) var failure: Failure?
    /// Since when events are dropped; nil once a batch was written and none was dropped meanwhile.
    private(set) var droppingSince: Date?

    init(_ settings: JournalSettings) {
        path = settings.path
        stallLimit = settings.stallLimit
        commitLimit = settings.commitLimit
        limit = max(settings.queueLimit, 2)
        costLimit = max(settings.queueOctets, 2)
        batchSize = max(1, min(settings.batchSize, limit / 2))
    }

    var count: Int { events.count + inFlight }

    /// Whether who records more should wait. Not while nothing is written: that may last.
    var isCongested: Bool {
        failure == nil && !isClosed && (count >= limit / 2 || cost + costInFlight >= costLimit / 2) && stall(now: .now) == nil
    }

    /// How long the oldest event waits, if that is too long, even while a write hangs.
    func stall(now: ContinuousClock.Instant) -> Duration? {
        guard let oldest = inFlightSince ?? waitingSince, now - oldest >= stallLimit else { return nil }
        return now - oldest
    }

    /// The same, if it is to be said now: at first, then once a minute. A failure says so itself.
    mutating func stallToReport(now: ContinuousClock.Instant) -> Duration? {
        guard failure == nil, let stall = stall(now: now) else { return nil }
        if let stallReportedAt, now - stallReportedAt < .seconds(60) { return nil }
        stallReportedAt = now
        return stall
    }

    /// Takes all of these, or none.
    ///
    /// - Parameter priority: whether they may use the last quarter of the bounds, which is kept for decisions and what belongs to them, so
    ///   that transcripts are dropped first.
    mutating func append(
        _ new: some Collection<Event>, priority: Bool, now: @autoclosure () -> ContinuousClock.Instant = .now
    ) -> Receipt {
        let newCost = new.reduce(0) { $0 + $1.cost }
        let (room, costRoom) = priority ? (limit, costLimit) : (limit - limit / 4, costLimit - costLimit / 4)
        guard !isClosed, count + new.count <= room, cost + costInFlight + newCost <= costRoom else {
            return drop(new.count, now: now())
        }
        if events.isEmpty && !new.isEmpty { waitingSince = now() }
        events.append(contentsOf: new)
        cost += newCost
        recorded += UInt64(new.count)
        return Receipt(isTaken: true, wake: nextWake())
    }

    private mutating func drop(_ count: Int, now: ContinuousClock.Instant) -> Receipt {
        lost += count
        guard !isClosed else { return Receipt(isTaken: false, wake: .nothing) }
        hasLostSinceBatch = true
        droppingSince = droppingSince ?? Date()
        let isDue = lossNotice.isDue(lost: lost, now: now)
        // A batch comes, if an empty one: it ends the alarm.
        return Receipt(isTaken: false, wake: nextWake(), lossToReport: isDue ? lost : nil)
    }

    private mutating func nextWake() -> Wake {
        // A failing journal is tried again by its own timer.
        if isFlushQueued || failure != nil { return .nothing }
        if events.count >= batchSize || cost >= costLimit / 4 {
            isFlushQueued = true
            return .now
        }
        if isTimerSet { return .nothing }
        isTimerSet = true
        return .afterInterval
    }

    /// Keeps the waiter until everything recorded so far is durable; answers it at once when that is so, or cannot become so.
    mutating func awaitCommit(_ waiter: CommitWaiter, now: ContinuousClock.Instant) -> Wake {
        if isClosed {
            waiter.resume(returning: .failure(JournalError(.closed, "The journal was closed.")))
            return .nothing
        }
        if let failure, now - failure.lastTried < .seconds(1) {
            waiter.resume(returning: .failure(failure.error))
            return .nothing
        }
        if durable == recorded && !hasLostSinceBatch {
            waiter.resume(returning: .success(()))
            return .nothing
        }
        if let stall = stall(now: now) {
            waiter.resume(returning: .failure(JournalError.stalled(path, for: stall)))
            return .nothing
        }
        commitWaiters.append((recorded, now + commitLimit, waiter))
        if isFlushQueued { return .nothing }
        isFlushQueued = true
        return .now
    }

    /// What is to be written now; nil when there is nothing, and nobody waits.
    mutating func take() -> Batch? {
        isFlushQueued = false
        if events.isEmpty && commitWaiters.isEmpty && !hasLostSinceBatch { return nil }
        let batch = Batch(events: events, cost: cost, end: recorded, followsLoss: hasLostSinceBatch)
        inFlight = events.count
        costInFlight = cost
        inFlightSince = waitingSince
        waitingSince = nil
        hasLostSinceBatch = false
        events = []
        events.reserveCapacity(min(inFlight, batchSize))
        cost = 0
        return batch
    }

    /// The batch is on disk. Returns for how long nothing had been, if that was an alarm.
    mutating func committed(_ batch: Batch, now: ContinuousClock.Instant) -> Duration? {
        let stalledFor = stallReportedAt == nil ? nil : inFlightSince.map { now - $0 }
        inFlight = 0
        costInFlight = 0
        inFlightSince = nil
        stallReportedAt = nil
        durable = batch.end
        if !hasLostSinceBatch { droppingSince = nil }
        defer { failure = nil }
        return failure.map { .seconds(max(0, -$0.since.timeIntervalSinceNow)) } ?? stalledFor
    }

    /// The batch could not be written: it comes first next time.
    mutating func putBack(_ batch: Batch, error: JournalError, now: ContinuousClock.Instant) -> Failure {
        inFlight = 0
        costInFlight = 0
        waitingSince = inFlightSince ?? waitingSince
        inFlightSince = nil
        events = batch.events + events
        cost += batch.cost
        hasLostSinceBatch = hasLostSinceBatch || batch.followsLoss
        let attempt = failure.map { $0.attempt + 1 } ?? 0
        let failure = Failure(error: error, since: failure?.since ?? Date(), lastTried: now, attempt: attempt)
        self.failure = failure
        return failure
    }

    /// Those who waited for the events up to `end`, and for space.
    mutating func takeWaiters(upTo end: UInt64) -> (commit: [CommitWaiter], space: [CheckedContinuation<Void, Never>]) {
        let ready = commitWaiters.filter { $0.ticket <= end }.map(\.waiter)
        commitWaiters.removeAll { $0.ticket <= end }
        defer { spaceWaiters = [] }
        return (ready, spaceWaiters)
    }

    /// Those who have waited long enough: for a commit until their deadline, for space until nothing is written.
    mutating func takeOverdue(
        now: ContinuousClock.Instant
    ) -> (commit: [CommitWaiter], space: [CheckedContinuation<Void, Never>]) {
        let overdue = commitWaiters.filter { $0.deadline <= now }.map(\.waiter)
        if !overdue.isEmpty { commitWaiters.removeAll { $0.deadline <= now } }
        guard stall(now: now) != nil else { return (overdue, []) }
        defer { spaceWaiters = [] }
        return (overdue, spaceWaiters)
    }

    /// Gives up what waits. Returns how many events that were.
    mutating func abandon(_ error: JournalError) -> Int {
        for (_, _, waiter) in commitWaiters { waiter.resume(returning: .failure(error)) }
        for waiter in spaceWaiters { waiter.resume() }
        commitWaiters = []
        spaceWaiters = []
        let abandoned = events.count
        lost += abandoned
        events = []
        waitingSince = nil
        cost = 0
        return abandoned
    }
}
