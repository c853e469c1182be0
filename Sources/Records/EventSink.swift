import FoundationEssentials

/// Takes what happens, to be written down: a journal, or whatever else wants to know.
public protocol EventSink: Sendable {
    /// Records what happened. Cheap and from any thread; never blocks.
    ///
    /// Where there is no room it is dropped, and counted. What somebody is to be told is recorded by ``take(_:)``.
    func record(_ event: Event)
    /// Records a decision with the evidence that it rests on: all of it, or nothing. Cheap and from any thread; never blocks.
    ///
    /// - Returns: whether it waits where nothing is dropped any more. What was not taken must not be answered as if it were on record.
    func take(_ events: [Event]) -> Bool
    /// Whether so much waits to be written that sessions should read no more from their clients for now.
    var isCongested: Bool { get }
    /// Waits until the sink is no longer congested, or failing.
    nonisolated(nonsending) func waitForSpace() async
    /// Returns when everything recorded so far is on disk.
    ///
    /// - Throws: when it is not; the error's description tells an operator why.
    nonisolated(nonsending) func commit() async throws
    /// Whether events reach the disk.
    var health: SinkHealth { get }
}

/// Whether what an ``EventSink`` is given reaches the disk.
public enum SinkHealth: Sendable, Hashable {
    /// What was given is written, or will be in a moment.
    case healthy
    /// Since then nothing could be written, or not all of it, for this reason.
    case failing(reason: String, since: Date)
}
