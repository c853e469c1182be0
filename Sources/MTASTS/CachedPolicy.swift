public import Basics
public import FoundationEssentials

/// A policy with where and when it came from (RFC 8461 3.3, 5.1: it holds until `expires`, whatever DNS and HTTPS say meanwhile).
public struct CachedPolicy: Codable, Hashable, Sendable {
    /// The policy domain. The key.
    public var domain: DomainName
    /// The id of the TXT record when the policy was fetched.
    public var id: String
    /// The policy and its text.
    public var policy: STSPolicy
    /// When it was fetched over HTTPS.
    public var fetchedAt: Date
    /// `fetchedAt` plus the policy's max_age; nothing but another fetch moves it.
    public var expires: Date
    /// When DNS or HTTPS were last asked about it.
    public var lastChecked: Date
    /// When a delivery last asked for it (to the day).
    public var lastUsed: Date
    /// Address of the policy host.
    public var sourceAddress: IPAddress?
    /// SHA-256 of the policy host's certificate, lower-case hexadecimal.
    public var certificateSHA256: String?
    /// Why the last attempt to fetch it again failed; nil if it did not.
    public var lastError: String?

    /// A policy as fetched at `now`; stores set the other fields from what they have kept.
    public init(domain: DomainName, id: String, fetched: FetchedPolicy, now: Date, lastUsed: Date) {
        self.domain = domain
        self.id = id
        policy = fetched.policy
        fetchedAt = now
        expires = now.addingTimeInterval(Double(fetched.policy.maxAge))
        lastChecked = now
        self.lastUsed = lastUsed
        sourceAddress = fetched.sourceAddress
        certificateSHA256 = fetched.certificateSHA256
        lastError = nil
    }

    /// What it owns on the heap, about, in octets.
    package var octets: Int {
        // A pattern of more than 15 octets is a block of its own.
        let patterns = policy.mx.reduce(0) { $0 + 16 + ($1.utf8.count > 15 ? 48 + $1.utf8.count : 0) }
        return 512 + policy.text.utf8.count + patterns + (lastError?.utf8.count ?? 0)
    }

    /// Seconds from a fetch to the next: a day or half the policy's life, whichever is shorter (RFC 8461 3.3, 10.2), but not under 5 minutes.
    static func refreshInterval(maxAge: Int) -> Double { max(300, min(86_400, Double(maxAge) / 2)) }

    /// When to fetch it again, ahead of expiry and whatever its id: up to a tenth earlier than the interval says, by domain, so that
    /// policies fetched together are not fetched together for ever.
    public var refreshAt: Date { Self.refreshAt(domain: domain, fetchedAt: fetchedAt, maxAge: policy.maxAge) }

    /// As `refreshAt`, for stores that look for what is due without parsing every policy.
    public static func refreshAt(domain: DomainName, fetchedAt: Date, maxAge: Int) -> Date {
        // FNV-1a: the same in every process, unlike Swift's own hashes.
        let hash = domain.text.utf8.reduce(UInt32(2_166_136_261)) { ($0 ^ UInt32($1)) &* 16_777_619 }
        return fetchedAt.addingTimeInterval(refreshInterval(maxAge: maxAge) * (1 - 0.1 * Double(hash % 1000) / 1000))
    }

    /// A domain's policy is refreshed while mail has gone there within its max_age or 30 days, whichever is longer.
    func isInUse(at now: Date) -> Bool { now.timeIntervalSince(lastUsed) < Double(max(policy.maxAge, 30 * 86_400)) }
}
