/// How the journal is kept.
public struct JournalSettings: Hashable, Sendable {
    /// The file. Its directory must exist and be writable: SQLite keeps two more files beside it.
    public var path: String
    /// Whether sessions await ``Journal/commit()``.
    public var durability: Journal.Durability
    /// How long connections, decisions and outcomes are kept; nil: for ever.
    public var retention: Duration?
    /// The size in octets past which the oldest connections and decisions go before their time; nil: no limit.
    public var maximumSize: Int?
    /// How many events may wait. From half of it on, ``Journal/isCongested`` asks sessions to wait; past it events are lost.
    public var queueLimit: Int
    /// How many octets the waiting events may hold, likewise.
    public var queueOctets: Int
    /// How long the first event of a batch waits for others.
    public var batchInterval: Duration
    /// How many events are written without waiting for the interval to end.
    public var batchSize: Int
    /// How often retention is looked after.
    public var retentionInterval: Duration

    /// Settings with the defaults of the configuration.
    public init(
        path: String, durability: Journal.Durability = .batched, retention: Duration? = .seconds(30 * 86_400), maximumSize: Int? = nil,
        queueLimit: Int = 65_536, queueOctets: Int = 64 << 20, batchInterval: Duration = .milliseconds(50), batchSize: Int = 8192,
        retentionInterval: Duration = .seconds(60)
    ) {
        self.path = path
        self.durability = durability
        self.retention = retention
        self.maximumSize = maximumSize
        self.queueLimit = queueLimit
        self.queueOctets = queueOctets
        self.batchInterval = batchInterval
        self.batchSize = batchSize
        self.retentionInterval = retentionInterval
    }
}
