import FoundationEssentials

/// Takes what happens, to be written down: a journal, or whatever else wants to know.
public protocol EventSink: Sendable {
    /// Records what happened. Cheap and from any thread; never blocks.
    func record(_ event: Event)
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
    /// The last batch was committed.
    case healthy
    /// No batch could be committed since then, for this reason.
    case failing(reason: String, since: Date)
}
