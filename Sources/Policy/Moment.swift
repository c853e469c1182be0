import FoundationEssentials

/// A moment on both clocks. Certificates and the operator's dates go by the time of day, which may leap; whatever is kept in memory goes by the
/// steady clock.
struct Moment: Sendable {
    /// The time of day.
    var wall: Date
    /// The steady time.
    var steady: ContinuousClock.Instant

    /// How far the clocks may drift apart before one of them has leapt, in seconds.
    private static let tolerance: TimeInterval = 10

    /// Whether the time of day has gone on as the steady clock has since `earlier`. If not, what was judged by it then has to be judged anew.
    func hasKeptPace(since earlier: Moment) -> Bool {
        let steady = earlier.steady.duration(to: steady) / .seconds(1)
        return abs(wall.timeIntervalSince(earlier.wall) - steady) <= Self.tolerance
    }
}
