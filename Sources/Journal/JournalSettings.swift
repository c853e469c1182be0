/// `[journal]`: the SQLite database of sessions, decisions and policies.
public struct JournalSettings: Hashable, Sendable {
    /// `path`: the database file; its directory must exist and be writable, as SQLite keeps two more files beside it.
    /// Default `/var/lib/weft/journal.db`.
    public var path: String
    /// `retention`: how long connections, decisions and outcomes are kept; nil: for ever. 1 h to 3650 d, default 30 d.
    public var retention: Duration?
    /// `max-size`: the size in octets above which records are removed before their time, those of the largest client first; nil: no limit.
    /// 16 MiB to 16 TiB, default 4 GiB.
    public var maximumSize: Int?
    /// How many events may wait. From half of it on, ``Journal/isCongested`` asks sessions to wait; past it events are lost.
    public var queueLimit: Int
    /// How many octets the waiting events may hold, likewise.
    public var queueOctets: Int
    /// How long the first event of a batch waits for others.
    public var batchInterval: Duration
    /// How many events are written without waiting for the interval to end.
    public var batchSize: Int
    /// How old an event may be and not be on disk before the journal counts as failing.
    public var stallLimit: Duration
    /// How long a commit is waited for.
    public var commitLimit: Duration
    /// How often retention is looked after.
    public var retentionInterval: Duration

    /// The documented defaults, or others.
    public init(
        path: String = "/var/lib/weft/journal.db", retention: Duration? = .seconds(30 * 86_400), maximumSize: Int? = 4 << 30,
        queueLimit: Int = 65_536, queueOctets: Int = 64 << 20, batchInterval: Duration = .milliseconds(50), batchSize: Int = 8192,
        stallLimit: Duration = .seconds(10), commitLimit: Duration = .seconds(30), retentionInterval: Duration = .seconds(60)
    ) {
        self.path = path
        self.retention = retention
        self.maximumSize = maximumSize
        self.queueLimit = queueLimit
        self.queueOctets = queueOctets
        self.batchInterval = batchInterval
        self.batchSize = batchSize
        self.stallLimit = stallLimit
        self.commitLimit = commitLimit
        self.retentionInterval = retentionInterval
    }
}
