import FoundationEssentials
import GRDB
import Records

extension JournalReader {
    /// The MTA-STS policy cache by domain; with the expired ones (those that had ended by `now`) only if asked for.
    public func policies(includeExpired: Bool = false, now: Date = Date()) async throws(JournalError) -> [PolicyRow] {
        try await rows { db in
            try PolicyRow.rows(
                db, where: "expires > ? ORDER BY domain", [includeExpired ? .min : now.microsecondsSince1970])
        }
    }

    /// The cached policy of a domain, expired or not.
    public func policy(_ domain: String) async throws(JournalError) -> PolicyRow? {
        try await rows { db in try PolicyRow.rows(db, where: "domain = ?", [domain]).first }
    }

    /// The policies that a domain had, oldest first.
    public func policyHistory(_ domain: String) async throws(JournalError) -> [PolicyHistoryRow] {
        try await rows { db in
            let sql = """
                SELECT domain, policy_id, mode, text, fetched_at, source_address, certificate_sha256
                FROM policy_history WHERE domain = ? ORDER BY sequence
                """
            return try Row.fetchAll(db, sql: sql, arguments: [domain]).map { row in
                var columns = Columns(row)
                return PolicyHistoryRow(
                    domain: columns.text(), policyID: columns.text(), mode: columns.text(), text: columns.text(),
                    fetchedAt: columns.time(), sourceAddress: columns.next(), certificateSHA256: columns.next())
            }
        }
    }

    /// The outcomes from one UTC day to another (`2026-11-23`), both included, of one policy domain or all, by day and domain.
    public func outcomes(since: String, until: String, domain: String? = nil) async throws(JournalError) -> [OutcomeRecord] {
        try await rows { db in
            let sql = """
                SELECT day, policy_domain, policy_type, result_type, count, policy_string, policy_mx, mx_host, sending_address,
                    receiving_address, reason
                FROM outcomes WHERE day BETWEEN ?1 AND ?2 AND (?3 IS NULL OR policy_domain = ?3)
                ORDER BY day, policy_domain, policy_type, result_type, mx_host, sending_address, receiving_address, reason
                """
            return try Row.fetchAll(db, sql: sql, arguments: [since, until, domain]).map { row in
                var columns = Columns(row)
                return OutcomeRecord(
                    day: columns.text(), policyDomain: columns.text(), policyType: columns.text(), resultType: columns.next(),
                    count: columns.number(), policyString: columns.strings(), policyMX: columns.strings(), mxHost: columns.next(),
                    sendingAddress: columns.next(), receivingAddress: columns.next(), reason: columns.next())
            }
        }
    }
}
