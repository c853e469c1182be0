import Records
import Basics
import Journal

/// A cached policy as `weft policies --json` prints it; absent values are null.
package struct PolicyJSON: Encodable {
    private let policy: PolicyRow

    package init(_ policy: PolicyRow) {
        self.policy = policy
    }

    private enum CodingKeys: String, CodingKey {
        case domain, id, mode, mx, expires, text
        case maxAge = "max_age"
        case fetchedAt = "fetched_at"
        case lastChecked = "last_checked"
        case lastUsed = "last_used"
        case sourceAddress = "source_address"
        case certificateSHA256 = "certificate_sha256"
        case lastError = "last_error"
    }

    package func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(policy.domain, forKey: .domain)
        try values.encode(policy.policyID, forKey: .id)
        try values.encode(policy.mode, forKey: .mode)
        try values.encode(policy.mx, forKey: .mx)
        try values.encode(policy.maxAge, forKey: .maxAge)
        try values.encode(RFC3339.text(policy.fetchedAt), forKey: .fetchedAt)
        try values.encode(RFC3339.text(policy.expires), forKey: .expires)
        try values.encode(RFC3339.text(policy.lastChecked), forKey: .lastChecked)
        try values.encode(policy.lastUsed.map(RFC3339.text), forKey: .lastUsed)
        try values.encode(policy.sourceAddress, forKey: .sourceAddress)
        try values.encode(policy.certificateSHA256, forKey: .certificateSHA256)
        try values.encode(policy.lastError, forKey: .lastError)
        try values.encode(policy.text, forKey: .text)
    }
}

/// An earlier policy as `weft policies history --json` prints it.
package struct PolicyHistoryJSON: Encodable {
    private let row: PolicyHistoryRow

    package init(_ row: PolicyHistoryRow) {
        self.row = row
    }

    private enum CodingKeys: String, CodingKey {
        case domain, id, mode, text
        case fetchedAt = "fetched_at"
        case sourceAddress = "source_address"
        case certificateSHA256 = "certificate_sha256"
    }

    package func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(row.domain, forKey: .domain)
        try values.encode(row.policyID, forKey: .id)
        try values.encode(row.mode, forKey: .mode)
        try values.encode(RFC3339.text(row.fetchedAt), forKey: .fetchedAt)
        try values.encode(row.sourceAddress, forKey: .sourceAddress)
        try values.encode(row.certificateSHA256, forKey: .certificateSHA256)
        try values.encode(row.text, forKey: .text)
    }
}
