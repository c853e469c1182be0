import FoundationEssentials

/// The time by which policies are judged: it goes steadily, from what the wall clock said at first.
///
/// Policies outlive the process, so they are stored with wall time. When the wall clock leaps, forward or back, the times of what is stored are
/// moved along with it (`unsettled` says by how much): every policy then has as long to live as before. So no leap ends a policy in force, and none
/// keeps it past its max_age; and once the clock is put right, so are the times. What is in memory goes by the steady clock alone.
///
/// A restart is all that this does not reach, as there is no steady clock across it: if the wall clock was wrong at its one side only, a policy
/// ends too early, or seems to be of the future and then has its max_age from there (``STSService/storedPolicy(_:isUse:)``).
struct ExpiryClock {
    /// A leap: how far the two clocks may part, in seconds. What is less is not worth moving all policies for.
    static let tolerance: Double = 300

    private var anchor: (wall: Date, instant: ContinuousClock.Instant)
    /// By how many seconds what is stored is to be moved.
    private(set) var unsettled: Double = 0
    /// Leaps so far. What was read before another came is not to be believed.
    private(set) var leaps = 0

    init(_ clock: some STSClock) {
        anchor = (clock.wall, clock.instant)
    }

    /// The time now, within the tolerance that of the wall clock.
    mutating func now(wall: Date, instant: ContinuousClock.Instant) -> Date {
        let steady = anchor.wall.addingTimeInterval((instant - anchor.instant).inSeconds)
        let ahead = wall.timeIntervalSince(steady)
        guard abs(ahead) > Self.tolerance else { return steady }
        anchor = (wall, instant)
        unsettled += ahead
        leaps += 1
        return wall
    }

    /// What is stored was moved by so many seconds.
    mutating func settle(_ seconds: Double) { unsettled -= seconds }
}

extension Duration {
    /// With what is less than a second.
    var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
