public import Basics
public import FoundationEssentials
import Synchronization

/// Both clocks stand still until told to go on.
///
/// Who sleeps does so until then, too; unless deadlines come from elsewhere and are of real time, in which nobody may sleep for ever.
public final class ManualClock: SteadyClock {
    private struct Sleeper {
        let id: Int
        let until: ContinuousClock.Instant
        let continuation: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var wall = Date(timeIntervalSince1970: 1_800_000_000)
        var instant = ContinuousClock.now
        var sleepers: [Sleeper] = []
        var cancelled: Set<Int> = []
        var lastID = 0
    }

    private let state = Mutex(State())

    private let sleepsInRealTime: Bool

    /// Clocks that stand at some moment.
    public init(sleepsInRealTime: Bool = false) {
        self.sleepsInRealTime = sleepsInRealTime
    }

    /// The time of day.
    public var wall: Date { state.withLock { $0.wall } }
    /// The steady time.
    public var instant: ContinuousClock.Instant { state.withLock { $0.instant } }
    /// How many tasks sleep now.
    public var sleepers: Int { state.withLock { $0.sleepers.count } }

    /// Time passes on both clocks.
    public func advance(_ seconds: Int) {
        step(seconds)
        let awake = state.withLock { state in
            state.instant += .seconds(seconds)
            defer { state.sleepers.removeAll { $0.until <= state.instant } }
            return state.sleepers.filter { $0.until <= state.instant }
        }
        for sleeper in awake { sleeper.continuation.resume() }
    }

    /// The wall clock alone is set forward, or back.
    public func step(_ seconds: Int) {
        state.withLock { $0.wall.addTimeInterval(Double(seconds)) }
    }

    /// Suspends until time has passed on to `instant`.
    public func sleep(until instant: ContinuousClock.Instant) async throws {
        if sleepsInRealTime { return try await ContinuousClock().sleep(until: instant) }
        let id = state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                let result: Result<Void, any Error>? = state.withLock { state in
                    if state.cancelled.remove(id) != nil { return .failure(CancellationError()) }
                    if state.instant >= instant { return .success(()) }
                    state.sleepers.append(Sleeper(id: id, until: instant, continuation: continuation))
                    return nil
                }
                if let result { continuation.resume(with: result) }
            }
        } onCancel: {
            let sleeper = state.withLock { state -> Sleeper? in
                guard let index = state.sleepers.firstIndex(where: { $0.id == id }) else {
                    state.cancelled.insert(id)
                    return nil
                }
                return state.sleepers.remove(at: index)
            }
            sleeper?.continuation.resume(throwing: CancellationError())
        }
    }

    /// Returns when so many tasks sleep.
    public func slept(_ count: Int) async {
        while sleepers < count { await Task.yield() }
    }
}
