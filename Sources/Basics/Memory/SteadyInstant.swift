/// A point in time on a clock that nobody sets. What is kept in memory ages by such a clock alone: the time of day may leap, and what it says
/// would then hold for longer than it may, or be lost.
package protocol SteadyInstant: Comparable {}

extension ContinuousClock.Instant: SteadyInstant {}

/// What does not age has no such point.
extension Never: SteadyInstant {}
