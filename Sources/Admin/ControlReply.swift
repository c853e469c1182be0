import Basics
import FoundationEssentials
import MTASTS

/// What the daemon answers: one line of JSON for each request.
public struct ControlReply: Codable, Hashable, Sendable {
    /// False when it was not done; `error` says why.
    public var ok: Bool
    /// Why it was not done, in one line.
    public var error: String?
    /// Whether there was what the request is about; nil where that is no question.
    public var found: Bool?
    /// What was done, with reservations.
    public var warnings: [String]?
    /// What came of fetching a policy.
    public var policy: PolicyOutcome?
    /// How the daemon is.
    public var status: DaemonStatus?

    /// An answer.
    public init(
        ok: Bool = true, error: String? = nil, found: Bool? = nil, warnings: [String]? = nil, policy: PolicyOutcome? = nil,
        status: DaemonStatus? = nil
    ) {
        self.ok = ok
        self.error = error
        self.found = found
        self.warnings = warnings
        self.policy = policy
        self.status = status
    }

    /// It was not done.
    public static func failed(_ error: String) -> ControlReply {
        ControlReply(ok: false, error: error)
    }
}

/// What came of fetching a domain's MTA-STS policy.
public struct PolicyOutcome: Codable, Hashable, Sendable {
    /// The outcome in a word.
    public enum Result: String, Codable, Hashable, Sendable {
        /// It was fetched, and is what is cached now.
        case fetched
        /// It could not be fetched; what was cached stays.
        case kept
        /// There is none.
        case none
        /// It did not end in time, and goes on.
        case pending
    }

    /// The outcome in a word.
    public var result: Result
    /// The id of the TXT record.
    public var id: String?
    /// `enforce`, `testing` or `none`.
    public var mode: String?
    /// The patterns of its mx fields.
    public var mx: [String]?
    /// When it was fetched, RFC 3339.
    public var fetched: String?
    /// When it ends, RFC 3339.
    public var expires: String?
    /// Why there is no (new) one.
    public var failure: String?

    /// An outcome, with the policy that is cached now.
    public init(_ result: Result, _ cached: CachedPolicy? = nil, failure: String? = nil) {
        self.result = result
        id = cached?.id
        mode = cached?.policy.mode.rawValue
        mx = cached?.policy.mx
        fetched = cached.map { RFC3339.text($0.fetchedAt) }
        expires = cached.map { RFC3339.text($0.expires) }
        self.failure = failure
    }
}

/// How the daemon is.
public struct DaemonStatus: Codable, Hashable, Sendable {
    /// Its release.
    public var version: String
    /// Its process.
    public var pid: Int
    /// When it started, RFC 3339.
    public var started: String
    /// The file that it was configured by.
    public var configuration: String
    /// `enforce` or `report`.
    public var enforcement: String
    /// Where it listens.
    public var listen: [String]
    /// Sessions at the moment.
    public var sessions: Int
    /// Domains that are exempted at the moment.
    public var overrides: Int
    /// Why the journal cannot be written; nil when it can.
    public var journalFailure: String?
    /// Events that were never written.
    public var journalLost: Int

    private enum CodingKeys: String, CodingKey {
        case version, pid, started, configuration, enforcement, listen, sessions, overrides
        case journalFailure = "journal_failure"
        case journalLost = "journal_lost"
    }

    /// A state.
    public init(
        version: String, pid: Int, started: String, configuration: String, enforcement: String, listen: [String], sessions: Int,
        overrides: Int, journalFailure: String?, journalLost: Int
    ) {
        self.version = version
        self.pid = pid
        self.started = started
        self.configuration = configuration
        self.enforcement = enforcement
        self.listen = listen
        self.sessions = sessions
        self.overrides = overrides
        self.journalFailure = journalFailure
        self.journalLost = journalLost
    }
}
