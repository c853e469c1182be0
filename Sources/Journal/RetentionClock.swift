import FoundationEssentials

/// Whether the wall clock may be believed when records are deleted for their age: a clock that is wrong once must not cost the journal.
struct RetentionClock {
    /// Why records are not deleted for their age.
    enum Doubt: Hashable {
        /// The wall clock has gone ahead of the steady one by so many seconds.
        case leap(Int)
        /// At the start nothing was recorded for more than a day, after this moment: the machine was off, or its clock is wrong.
        case gap(after: Date)

        func isSameKind(as other: Doubt) -> Bool {
            switch (self, other) {
            case (.leap, .leap), (.gap, .gap): true
            case (.leap, .gap), (.gap, .leap): false
            }
        }
    }

    /// How far the wall clock may run ahead of the steady one within a day, in seconds.
    private static let tolerance: Double = 3600
    /// A gap at the start is believed after this. It is as long as the shortest gap that counts.
    static let grace: Duration = .seconds(86_400)

    private let start: (wall: Date, instant: ContinuousClock.Instant)
    private var anchor: (wall: Date, instant: ContinuousClock.Instant)
    /// The newest of the records that were a day old at the start, once it is known.
    private var newest: Date??

    init(wall: Date, instant: ContinuousClock.Instant) {
        start = (wall, instant)
        anchor = start
    }

    /// Why the wall clock is not believed now; nil when it is.
    ///
    /// - Parameter newestRecord: finds the newest record until a moment; asked once.
    mutating func doubt(
        wall: Date, instant: ContinuousClock.Instant, newestRecord: (Date) throws(JournalError) -> Date?
    ) throws(JournalError) -> Doubt? {
        let elapsed = instant - anchor.instant
        let lead = wall.timeIntervalSince(anchor.wall) - elapsed.seconds
        if lead > Self.tolerance { return .leap(Int(lead)) }
        // A clock that was set back deletes nothing; whether it leaps later shows from there. Small steps of many days add up to no leap.
        if lead < 0 || elapsed > Self.grace { anchor = (wall, instant) }

        guard instant - start.instant < Self.grace else { return nil }
        // Of the last day there may be records of a Weft that ran with a wrong clock before it was started again: what was before counts.
        let limit = start.wall - Self.grace.seconds
        let found: Date?
        if let newest {
            found = newest
        } else {
            found = try newestRecord(limit)
            newest = .some(found)
        }
        guard let found, limit.timeIntervalSince(found) > Self.grace.seconds else { return nil }
        return .gap(after: found)
    }
}

extension Duration {
    fileprivate var seconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
