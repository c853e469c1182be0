import Basics
import FoundationEssentials

/// The verdict on one recipient, with what it rests on.
public struct DecisionRecord: Sendable, Hashable {
    /// The TLS leg it was judged on.
    public struct TLS: Sendable, Hashable {
        /// How well the leg is protected.
        public var level: SecurityLevel
        /// nil on a clear leg.
        public var version: TLSVersion?
        /// The cipher suite.
        public var cipher: String?
        /// The server name sent.
        public var sni: DomainName?
        /// Lower-case hex SHA-256 of the server's certificate (``CertificateRecord``).
        public var certificateSHA256: String?
        /// Whether the TLS session was resumed.
        public var resumed: Bool

        /// What is known of a leg.
        public init(
            level: SecurityLevel, version: TLSVersion? = nil, cipher: String? = nil, sni: DomainName? = nil,
            certificateSHA256: String? = nil,
            resumed: Bool = false
        ) {
            self.level = level
            self.version = version
            self.cipher = cipher
            self.sni = sni
            self.certificateSHA256 = certificateSHA256
            self.resumed = resumed
        }
    }

    /// DNSSEC status of each look-up; nil when it was not asked.
    public struct DNS: Sendable, Hashable {
        /// Of the MX RRset.
        public var mx: LookUpStatus?
        /// Of the address RRsets of the host.
        public var address: LookUpStatus?
        /// Of the TLSA RRset of the host.
        public var tlsa: LookUpStatus?

        /// The three statuses.
        public init(mx: LookUpStatus? = nil, address: LookUpStatus? = nil, tlsa: LookUpStatus? = nil) {
            self.mx = mx
            self.address = address
            self.tlsa = tlsa
        }
    }

    /// The MTA-STS policy that was looked at.
    public struct STS: Sendable, Hashable {
        /// The id of the TXT record.
        public var id: String
        /// What it asks for.
        public var mode: STSMode
        /// The patterns of its mx fields.
        public var mx: [String]
        /// Seconds.
        public var maxAge: Int
        /// When it was fetched.
        public var fetchedAt: Date

        /// A policy as it was when the decision was made.
        public init(id: String, mode: STSMode, mx: [String], maxAge: Int, fetchedAt: Date) {
            self.id = id
            self.mode = mode
            self.mx = mx
            self.maxAge = maxAge
            self.fetchedAt = fetchedAt
        }
    }

    /// What the decision waited for, in milliseconds; nil when it did not.
    public struct Timing: Sendable, Hashable {
        /// Look-ups in the DNS: MX, addresses, TLSA.
        public var dnsMilliseconds: Double?
        /// The MTA-STS policy: its record, and the fetch if one was made. At the same time as the look-ups.
        public var stsMilliseconds: Double?
        /// All that the session waited for before the policy had its verdict.
        public var policyMilliseconds: Double?
        /// Handshakes.
        public var tlsMilliseconds: Double?

        /// The four durations.
        public init(
            dnsMilliseconds: Double? = nil, stsMilliseconds: Double? = nil, policyMilliseconds: Double? = nil,
            tlsMilliseconds: Double? = nil
        ) {
            self.dnsMilliseconds = dnsMilliseconds
            self.stsMilliseconds = stsMilliseconds
            self.policyMilliseconds = policyMilliseconds
            self.tlsMilliseconds = tlsMilliseconds
        }
    }

    /// Names the decision; Weft's own replies carry it.
    public var id: RecordID
    /// When it was made.
    public var at: Date
    /// The connection it was made on.
    public var connection: RecordID
    /// Which of its transactions the recipient is of (``TransactionRecord/number``); nil in records of before version 4.
    public var transaction: Int?
    /// The client's address.
    public var client: IPAddress
    /// The upstream address.
    public var destination: IPAddress
    /// The source address of the upstream leg; nil when the system chose.
    public var source: IPAddress?
    /// The reverse path, empty for `<>`.
    public var sender: String
    /// The recipient's address.
    public var recipient: String
    /// Where the recipient is.
    public var domain: RecipientDomain
    /// The policy that decided.
    public var policy: PolicyKind
    /// The enforcement in force.
    public var enforcement: Enforcement
    /// What was done.
    public var action: Action
    /// What would have been done were the policy enforced; nil when that was done.
    public var would: Action?
    /// Why.
    public var reason: Reason
    /// How the failure is counted in TLS reports (RFC 8460 4.3); nil for a success.
    public var resultType: ResultType?
    /// More for a person to read.
    public var detail: String?
    /// The reply given to the client; nil when the server's own was relayed.
    public var reply: String?
    /// The MX host that the leg was authenticated as, or was expected to be.
    public var mx: DomainName?
    /// The leg.
    public var tls: TLS?
    /// The look-ups.
    public var dns: DNS
    /// The MTA-STS policy, if the domain has one.
    public var sts: STS?
    /// The waits.
    public var timing: Timing
    /// Digest of the ``EvidenceRecord`` with the look-ups; not in the JSON.
    public var evidenceDigest: [UInt8]?
    /// Digest of the ``EvidenceRecord`` with the leg; not in the JSON.
    public var legDigest: [UInt8]?

    /// A decision with everything that is known of it.
    public init(
        id: RecordID, at: Date, connection: RecordID, transaction: Int? = nil, client: IPAddress, destination: IPAddress,
        source: IPAddress? = nil, sender: String, recipient: String, domain: RecipientDomain, policy: PolicyKind, enforcement: Enforcement,
        action: Action, would: Action? = nil, reason: Reason, resultType: ResultType? = nil, detail: String? = nil, reply: String? = nil,
        mx: DomainName? = nil, tls: TLS? = nil, dns: DNS = DNS(), sts: STS? = nil, timing: Timing = Timing(),
        evidenceDigest: [UInt8]? = nil, legDigest: [UInt8]? = nil
    ) {
        self.id = id
        self.at = at
        self.connection = connection
        self.transaction = transaction
        self.client = client
        self.destination = destination
        self.source = source
        self.sender = sender
        self.recipient = recipient
        self.domain = domain
        self.policy = policy
        self.enforcement = enforcement
        self.action = action
        self.would = would
        self.reason = reason
        self.resultType = resultType
        self.detail = detail
        self.reply = reply
        self.mx = mx
        self.tls = tls
        self.dns = dns
        self.sts = sts
        self.timing = timing
        self.evidenceDigest = evidenceDigest
        self.legDigest = legDigest
    }
}
