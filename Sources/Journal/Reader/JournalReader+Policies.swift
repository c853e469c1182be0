import Basics
import FoundationEssentials
import GRDB
import Records

extension JournalReader {
    /// The MTA-STS policy cache by domain; with the expired ones (those that had ended by `now`) only if asked for.
    public func policies(includeExpired: Bool = false, now: Date = Date()) async throws(JournalError) -> [PolicyRow] {
        try await rows { db in
            try Tables.policies.fetch(
                db, where: "expires > ? ORDER BY domain", [includeExpired ? .min : now.microsecondsSince1970])
        }
    }

    /// The cached policy of a domain, expired or not.
    public func policy(_ domain: DomainName) async throws(JournalError) -> PolicyRow? {
        try await rows { db in try Tables.policies.fetch(db, where: "domain = ?", [domain.text]).first }
    }

    /// The policies that a domain had, oldest first.
    public func policyHistory(_ domain: DomainName) async throws(JournalError) -> [PolicyHistoryRow] {
        try await rows { db in try Tables.policyHistory.fetch(db, where: "domain = ? ORDER BY sequence", [domain.text]) }
    }

    /// The outcomes from one UTC day to another (`2026-11-23`), both included, of one policy domain or all, by day and domain.
    public func outcomes(since: String, until: String, domain: DomainName? = nil) async throws(JournalError) -> [OutcomeRecord] {
        try await rows { db in
            let sql = """
                SELECT day, policy_domain, policy_type, result_type, count, policy_string, policy_mx, mx_host, sending_address,
                    receiving_address, reason
                FROM outcomes WHERE day BETWEEN ?1 AND ?2 AND (?3 IS NULL OR policy_domain = ?3)
                ORDER BY day, policy_domain, policy_type, result_type, mx_host, sending_address, receiving_address, reason
                """
            return try GRDB.Row.fetchAll(db, sql: sql, arguments: [since, until, domain?.text]).map { row in
                try OutcomeRecord(row)
            }
        }
    }
}

extension OutcomeRecord {
    fileprivate init(_ row: GRDB.Row) throws {
        func value<Value: ColumnValue>(_ name: String, _ type: Value.Type = Value.self) throws -> Value {
            let stored = StoredValue(row[name] as DatabaseValue)
            guard let value = Value(stored: stored) else {
                throw DamagedRow(description: "outcomes.\(name) holds what Weft does not write (\(printable("\(stored)", limit: 100)))")
            }
            return value
        }
        self.init(
            day: try value("day"), policyDomain: try value("policy_domain"), policyType: try value("policy_type"),
            resultType: try value("result_type"), count: try value("count"), policyString: try value("policy_string"),
            policyMX: try value("policy_mx"), mxHost: try value("mx_host"), sendingAddress: try value("sending_address"),
            receivingAddress: try value("receiving_address"), reason: try value("reason"))
    }
}
