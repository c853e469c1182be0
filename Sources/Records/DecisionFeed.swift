import FoundationEssentials

/// The decisions that are made from now on, in batches as they are recorded; it ends with its task.
///
/// It asks again and again: a store is written by another process, which knows nothing of who reads.
public struct DecisionFeed: AsyncSequence, Sendable {
    /// At least one decision, in the order they were recorded.
    public typealias Element = [RecipientRow]

    private let reader: any EventReader
    private let filter: DecisionFilter
    private let pause: Duration

    /// - Parameters:
    ///   - filter: which decisions.
    ///   - seen: those that are known already.
    ///   - now: where nothing is seen yet and the filter has no beginning, the feed begins then.
    ///   - pause: between one question and the next.
    public init(
        _ reader: any EventReader, _ filter: DecisionFilter, after seen: [RecipientRow], now: Date, pause: Duration = .milliseconds(250)
    ) {
        self.reader = reader
        self.pause = pause
        var filter = filter
        filter.since = filter.since ?? now
        filter.after = seen.last?.decision.id
        // Batches, so that a burst of any size is followed in steps that memory can hold.
        filter.limit = 1000
        self.filter = filter
    }

    /// Begins to ask.
    public func makeAsyncIterator() -> Iterator { Iterator(reader: reader, filter: filter, pause: pause) }

    /// Asks until there is something new.
    public struct Iterator: AsyncIteratorProtocol {
        fileprivate let reader: any EventReader
        fileprivate var filter: DecisionFilter
        fileprivate let pause: Duration

        /// The next batch.
        public mutating func next() async throws -> [RecipientRow]? {
            while true {
                try await Task.sleep(for: pause)
                let new = try await reader.recipients(filter)
                guard let last = new.last else { continue }
                filter.after = last.decision.id
                return new
            }
        }
    }
}
