import Basics
import FoundationEssentials
import Records

/// A cached MTA-STS policy with everything that is known of it.
package struct PolicyView: View, Encodable {
    var domain: DomainName
    /// The id of the TXT record.
    var id: String
    var mode: STSMode
    var mx: [String]
    /// Seconds, as the policy says it (RFC 8461 3.2).
    var maxAge: Int
    var fetchedAt: Date
    var expires: Date
    var lastChecked: Date
    @Nullable var lastUsed: Date?
    @Nullable var sourceAddress: IPAddress?
    @Nullable var certificateSHA256: String?
    @Nullable var lastError: String?
    var text: String

    package init(_ policy: PolicyRow) {
        domain = policy.domain
        id = policy.policyID
        mode = policy.mode
        mx = policy.mx
        maxAge = policy.maxAge
        fetchedAt = policy.fetchedAt
        expires = policy.expires
        lastChecked = policy.lastChecked
        lastUsed = policy.lastUsed
        sourceAddress = policy.sourceAddress
        certificateSHA256 = policy.certificateSHA256
        lastError = policy.lastError
        text = policy.text
    }
}

/// The cached policies.
package struct PolicyList: View {
    var policies: [PolicyView]

    package init(_ policies: [PolicyRow]) {
        self.policies = policies.map { PolicyView($0) }
    }

    package func json() throws -> String { try policies.map { try $0.json() }.joined() }
}

/// The policies that a domain had, each with its text.
package struct PolicyHistoryView: View {
    struct Policy: Encodable {
        var domain: DomainName
        var id: String
        var mode: STSMode
        var fetchedAt: Date
        @Nullable var sourceAddress: IPAddress?
        @Nullable var certificateSHA256: String?
        var text: String
    }

    var policies: [Policy]

    package init(_ rows: [PolicyHistoryRow]) {
        policies = rows.map { row in
            Policy(
                domain: row.domain, id: row.policyID, mode: row.mode, fetchedAt: row.fetchedAt, sourceAddress: row.sourceAddress,
                certificateSHA256: row.certificateSHA256, text: row.text)
        }
    }

    package func json() throws -> String { try policies.map { try jsonLine($0) }.joined() }
}
