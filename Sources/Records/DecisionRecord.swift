import Basics
import FoundationEssentials

/// The verdict on one recipient, with what it rests on. Encodes as the JSON object of `weft decisions --json`; the keys are stable.
public struct DecisionRecord: Codable, Sendable, Hashable {
    /// The TLS leg it was judged on.
    public struct TLS: Codable, Sendable, Hashable {
        /// How well the leg is protected: `plaintext`, `unauthenticated`, `pkix`, `sts-verified`, `dane-verified`.
        public var level: String
        /// `1.2`, `1.3`; nil on a clear leg.
        public var version: String?
        /// The cipher suite.
        public var cipher: String?
        /// The server name sent.
        public var sni: String?
        /// Lower-case hex SHA-256 of the server's certificate (``CertificateRecord``).
        public var certificateSHA256: String?
        /// Whether the TLS session was resumed.
        public var resumed: Bool

        /// What is known of a leg.
        public init(
            level: String, version: String? = nil, cipher: String? = nil, sni: String? = nil, certificateSHA256: String? = nil,
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

    /// DNSSEC status of each look-up: `secure`, `insecure`, `bogus`, `error`; nil when it was not asked.
    public struct DNS: Codable, Sendable, Hashable {
        /// Of the MX RRset.
        public var mx: String?
        /// Of the address RRsets of the host.
        public var address: String?
        /// Of the TLSA RRset of the host.
        public var tlsa: String?

        /// The three statuses.
        public init(mx: String? = nil, address: String? = nil, tlsa: String? = nil) {
            self.mx = mx
            self.address = address
            self.tlsa = tlsa
        }
    }

    /// The MTA-STS policy that was looked at.
    public struct STS: Codable, Sendable, Hashable {
        /// The id of the TXT record.
        public var id: String
        /// `enforce`, `testing`, `none`.
        public var mode: String
        /// The patterns of its mx fields.
        public var mx: [String]
        /// Seconds.
        public var maxAge: Int
        /// When it was fetched.
        public var fetchedAt: Date

        /// A policy as it was when the decision was made.
        public init(id: String, mode: String, mx: [String], maxAge: Int, fetchedAt: Date) {
            self.id = id
            self.mode = mode
            self.mx = mx
            self.maxAge = maxAge
            self.fetchedAt = fetchedAt
        }
    }

    /// What the decision waited for, in milliseconds; nil when it did not.
    public struct Timing: Codable, Sendable, Hashable {
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
    /// The client's address.
    public var client: String
    /// The upstream address.
    public var destination: String
    /// The source address of the upstream leg.
    public var source: String?
    /// The reverse path, empty for `<>`.
    public var sender: String
    /// The recipient's address.
    public var recipient: String
    /// The recipient's domain, as A-labels in lower case.
    public var domain: String
    /// The policy that decided: `dane`, `sts`, `none`, `route`, `override`.
    public var policy: String
    /// The enforcement in force: `enforce`, `report`.
    public var enforcement: String
    /// What was done: `accept`, `defer`, `refuse`.
    public var action: String
    /// What would have been done were the policy enforced; nil when that was done.
    public var would: String?
    /// Why, a word of a fixed vocabulary.
    public var reason: String
    /// The result type of RFC 8460 4.3; nil for a success.
    public var resultType: String?
    /// More for a person to read.
    public var detail: String?
    /// The reply given to the client; nil when the server's own was relayed.
    public var reply: String?
    /// The MX host that the leg was authenticated as, or was expected to be.
    public var mx: String?
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
        id: RecordID, at: Date, connection: RecordID, client: String, destination: String, source: String? = nil, sender: String,
        recipient: String, domain: String, policy: String, enforcement: String, action: String, would: String? = nil, reason: String,
        resultType: String? = nil, detail: String? = nil, reply: String? = nil, mx: String? = nil, tls: TLS? = nil, dns: DNS = DNS(),
        sts: STS? = nil, timing: Timing = Timing(), evidenceDigest: [UInt8]? = nil, legDigest: [UInt8]? = nil
    ) {
        self.id = id
        self.at = at
        self.connection = connection
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
