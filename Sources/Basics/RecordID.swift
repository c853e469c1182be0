import FoundationEssentials
import Synchronization

/// Names a connection or a decision: a ULID, 48 bits of milliseconds since 1970 and 80 random bits.
///
/// Its text is 26 characters of Crockford base 32, which sort as the times do. Ids made in one process are strictly increasing,
/// whichever thread makes them, also when the clock steps back.
public struct RecordID: Hashable, Sendable, Comparable {
    /// 48 bits of milliseconds, then the upper 16 random bits.
    let high: UInt64
    /// The lower 64 random bits.
    let low: UInt64

    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// A new id for this moment.
    public init() {
        self.init(at: Date())
    }

    /// A new id for the moment `at`, or for the latest moment an id was made for in this process, if that is later.
    public init(at moment: Date) {
        let milliseconds = UInt64(clamping: Int64(clamping: moment.millisecondsSince1970)) & 0xFFFF_FFFF_FFFF
        self = Self.latest.withLock { latest in
            if milliseconds > latest.high >> 16 {
                // One question to the system's generator for each millisecond; within it, ids count up.
                var random = SystemRandomNumberGenerator()
                // The top bit of the random part is left clear, so that counting up has room before it would carry into the time.
                latest = RecordID(high: milliseconds << 16 | random.next() & 0x7FFF, low: random.next())
            } else {
                let (low, overflow) = latest.low.addingReportingOverflow(1)
                latest = RecordID(high: overflow ? latest.high &+ 1 : latest.high, low: low)
            }
            return latest
        }
    }

    /// When the id was made, to the millisecond.
    public var time: Date {
        Date(timeIntervalSince1970: Double(high >> 16) / 1000)
    }

    /// Orders ids by the time they were made.
    public static func < (left: RecordID, right: RecordID) -> Bool {
        left.high != right.high ? left.high < right.high : left.low < right.low
    }

    private static let latest = Mutex(RecordID(high: 0, low: 0))
}
