/// Time that only goes forward, for waiting; tests have their own.
public protocol SteadyClock: Sendable {
    /// The time now.
    var instant: ContinuousClock.Instant { get }
    /// Returns at `instant`; throws when cancelled.
    func sleep(until instant: ContinuousClock.Instant) async throws
}

/// The machine's steady clock; it counts suspended time.
public struct SystemSteadyClock: SteadyClock {
    /// The machine's steady clock.
    public init() {}

    /// The time now.
    public var instant: ContinuousClock.Instant { .now }

    /// Returns at `instant`; throws when cancelled.
    public func sleep(until instant: ContinuousClock.Instant) async throws {
        try await ContinuousClock().sleep(until: instant)
    }
}
