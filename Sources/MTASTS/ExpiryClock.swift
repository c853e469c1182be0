import FoundationEssentials

/// The time by which cached policies expire: the wall clock, except for a day after it has leapt forward.
///
/// A wrong clock, or an attacker of the time source, would otherwise end every policy at once. During that day time goes on from before
/// the leap, while the refresher, which goes by the wall clock, fetches whatever is due.
struct ExpiryClock {
    /// A leap: how far the wall clock may run ahead of the steady one between two readings, in seconds.
    static let tolerance: Double = 300
    /// For how long a leap is not believed.
    static let grace: Duration = .seconds(86_400)

    private var anchor: (wall: Date, instant: ContinuousClock.Instant)
    private var leaptAt: ContinuousClock.Instant?

    init(_ clock: some STSClock) {
        anchor = (clock.wall, clock.instant)
    }

    /// True while the wall clock is not believed.
    var isGuarding: Bool { leaptAt != nil }

    /// The time for judging expiry.
    mutating func now(wall: Date, instant: ContinuousClock.Instant) -> Date {
        let (seconds, attoseconds) = anchor.instant.duration(to: instant).components
        let steady = anchor.wall.addingTimeInterval(Double(seconds) + Double(attoseconds) * 1e-18)
        if wall.timeIntervalSince(steady) > Self.tolerance {
            let since = leaptAt ?? instant
            leaptAt = since
            if instant - since < Self.grace { return steady }
        }
        leaptAt = nil
        anchor = (wall, instant)
        return wall
    }
}
