public import Basics
public import FoundationEssentials

/// The two clocks of the policy service; tests have their own.
public protocol STSClock: SteadyClock {
    /// Wall-clock time; may be set forward and back.
    var wall: Date { get }
}

/// The machine's clocks.
public struct SystemSTSClock: STSClock {
    /// The machine's clocks.
    public init() {}

    /// The system's time of day.
    public var wall: Date { Date() }

    /// The steady clock; it counts suspended time.
    public var instant: ContinuousClock.Instant { .now }

    /// Sleeps on the steady clock.
    public func sleep(until instant: ContinuousClock.Instant) async throws {
        try await ContinuousClock().sleep(until: instant)
    }
}
