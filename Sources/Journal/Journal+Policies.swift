import FoundationEssentials
import GRDB
import Records

// The MTA-STS policy cache. Unlike events it is written at once: each method returns when its change is on disk.

extension Journal {
    /// The policy cached for a domain, expired or not.
    public func policy(domain: String) async throws(JournalError) -> PolicyRow? {
        try await read { db in try PolicyRow.rows(db, where: "domain = ?", [domain]).first }
    }

    /// Puts a policy into the cache in place of the domain's former one, and into the history if its text or id is another.
    public func savePolicy(_ policy: PolicyRow) async throws(JournalError) {
        try await write { db in
            try db.execute(
                sql: """
                    INSERT INTO policy_history (domain, policy_id, mode, text, fetched_at, source_address, certificate_sha256)
                    SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7
                    WHERE NOT EXISTS (SELECT 1 FROM policies WHERE domain = ?1 AND policy_id = ?2 AND text = ?4)
                    """,
                arguments: [
                    policy.domain, policy.policyID, policy.mode, policy.text, policy.fetchedAt.microsecondsSince1970,
                    policy.sourceAddress, policy.certificateSHA256,
                ])
            try db.execute(
                sql: """
                    INSERT OR REPLACE INTO policies (domain, policy_id, mode, text, mx, max_age, fetched_at, expires, last_checked,
                        last_used, source_address, certificate_sha256, last_error)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    policy.domain, policy.policyID, policy.mode, policy.text, JSONText.array(policy.mx), policy.maxAge,
                    policy.fetchedAt.microsecondsSince1970, policy.expires.microsecondsSince1970,
                    policy.lastChecked.microsecondsSince1970, policy.lastUsed?.microsecondsSince1970, policy.sourceAddress,
                    policy.certificateSHA256, policy.lastError,
                ])
        }
    }

    /// Notes that the cached policy of a domain was checked and, unless `error` is nil, why that failed. Nothing happens if none is cached.
    ///
    /// A check of the TXT record alone does not end what a failed fetch began: only a policy that was fetched clears the error.
    public func notePolicyChecked(domain: String, at time: Date, error: String?) async throws(JournalError) {
        try await write { db in
            try db.execute(
                sql: "UPDATE policies SET last_checked = ?, last_error = COALESCE(?, last_error) WHERE domain = ?",
                arguments: [time.microsecondsSince1970, error?.bounded(4096), domain])
        }
    }

    /// Notes that decisions used the cached policies of these domains. Worth calling now and then, not for each decision.
    public func notePoliciesUsed(domains: [String], at time: Date) async throws(JournalError) {
        try await write { db in
            let statement = try db.cachedStatement(sql: "UPDATE policies SET last_used = ? WHERE domain = ?")
            for domain in domains { try statement.execute(arguments: [time.microsecondsSince1970, domain]) }
        }
    }

    /// The cached policies that have not expired at `time`, those that expire first at the beginning.
    public func livePolicies(at time: Date) async throws(JournalError) -> [PolicyRow] {
        try await read { db in try PolicyRow.rows(db, where: "expires > ? ORDER BY expires", [time.microsecondsSince1970]) }
    }

    /// The first `limit` of the cached policies that have not expired at `time`, by domain, after the domain `after`.
    public func livePolicies(at time: Date, after domain: String?, limit: Int) async throws(JournalError) -> [PolicyRow] {
        try await read { db in
            try PolicyRow.rows(
                db, where: "domain > ? AND expires > ? ORDER BY domain LIMIT ?", [domain ?? "", time.microsecondsSince1970, limit])
        }
    }

    /// Takes the policy of a domain out of the cache; its history stays. Returns whether there was one.
    public func forgetPolicy(domain: String) async throws(JournalError) -> Bool {
        try await write { db in
            try db.execute(sql: "DELETE FROM policies WHERE domain = ?", arguments: [domain])
            return db.changesCount > 0
        }
    }

    /// Reads on a connection that does not wait for the writer.
    func read<T: Sendable>(_ body: @escaping @Sendable (Database) throws -> T) async throws(JournalError) -> T {
        guard let pool = store.reader else {
            if case .failing(let reason, _) = health { throw JournalError(.failed, reason) }
            throw JournalError(.closed, "The journal was closed.")
        }
        return try await pool.rows(path: settings.path, body)
    }
}
