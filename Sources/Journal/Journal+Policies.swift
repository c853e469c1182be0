import Basics
import FoundationEssentials
import GRDB
import Records

// The MTA-STS policy cache. Unlike events it is written at once: each method returns when its change is on disk.

extension Journal {
    /// The policy cached for a domain, expired or not.
    public func policy(domain: DomainName) async throws(JournalError) -> PolicyRow? {
        try await read { db in try Tables.policies.fetch(db, where: "domain = ?", [domain.text]).first }
    }

    /// Puts a policy into the cache in place of the domain's former one, and into the history if its text or id is another.
    public func savePolicy(_ policy: PolicyRow) async throws(JournalError) {
        try await write { db in
            // Written anew is what the domain had already: that needs no row of its own in the history.
            let isKnown = try Bool.fetchOne(
                db, sql: "SELECT EXISTS (SELECT 1 FROM policies WHERE domain = ? AND policy_id = ? AND text = ?)",
                arguments: [policy.domain.text, policy.policyID, policy.text])
            if isKnown != true {
                let history = PolicyHistoryRow(
                    domain: policy.domain, policyID: policy.policyID, mode: policy.mode, text: policy.text, fetchedAt: policy.fetchedAt,
                    sourceAddress: policy.sourceAddress, certificateSHA256: policy.certificateSHA256)
                try db.execute(sql: Tables.policyHistory.insert, arguments: Tables.policyHistory.values(history))
            }
            try db.execute(sql: Tables.policies.replace, arguments: Tables.policies.values(policy))
        }
    }

    /// Notes that the cached policy of a domain was checked and, unless `error` is nil, why that failed. Nothing happens if none is cached.
    ///
    /// A check of the TXT record alone does not end what a failed fetch began: only a policy that was fetched clears the error.
    public func notePolicyChecked(domain: DomainName, at time: Date, error: String?) async throws(JournalError) {
        try await write { db in
            try db.execute(
                sql: "UPDATE policies SET last_checked = ?, last_error = COALESCE(?, last_error) WHERE domain = ?",
                arguments: [time.microsecondsSince1970, error?.bounded(RecordColumn.long), domain.text])
        }
    }

    /// Notes that decisions used the cached policies of these domains. Worth calling now and then, not for each decision.
    public func notePoliciesUsed(domains: [DomainName], at time: Date) async throws(JournalError) {
        try await write { db in
            let statement = try db.cachedStatement(sql: "UPDATE policies SET last_used = ? WHERE domain = ?")
            for domain in domains { try statement.execute(arguments: [time.microsecondsSince1970, domain.text]) }
        }
    }

    /// Moves all times of the policy cache by so many seconds: the wall clock, by which they were noted, was set.
    public func movePolicyTimes(by seconds: Double) async throws(JournalError) {
        let microseconds = Int(clamping: Int64((max(-1e12, min(1e12, seconds)) * 1e6).rounded()))
        try await write { db in
            try db.execute(
                sql: """
                    UPDATE policies SET fetched_at = fetched_at + ?1, expires = expires + ?1, last_checked = last_checked + ?1,
                        last_used = last_used + ?1
                    """, arguments: [microseconds])
        }
    }

    /// The cached policies that have not expired at `time`, those that expire first at the beginning.
    public func livePolicies(at time: Date) async throws(JournalError) -> [PolicyRow] {
        try await read { db in try Tables.policies.fetch(db, where: "expires > ? ORDER BY expires", [time.microsecondsSince1970]) }
    }

    /// The first `limit` of the cached policies that have not expired at `time`, by domain, after the domain `after`.
    public func livePolicies(at time: Date, after domain: DomainName?, limit: Int) async throws(JournalError) -> [PolicyRow] {
        try await read { db in
            try Tables.policies.fetch(
                db, where: "domain > ? AND expires > ? ORDER BY domain LIMIT ?", [domain?.text ?? "", time.microsecondsSince1970, limit])
        }
    }

    /// Takes the policy of a domain out of the cache; its history stays. Returns whether there was one.
    public func forgetPolicy(domain: DomainName) async throws(JournalError) -> Bool {
        try await write { db in
            try db.execute(sql: "DELETE FROM policies WHERE domain = ?", arguments: [domain.text])
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
