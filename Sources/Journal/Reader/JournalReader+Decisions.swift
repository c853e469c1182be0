import Basics
import FoundationEssentials
import GRDB
import Records

extension JournalReader {
    /// The decisions that pass the filter, in the order they were recorded.
    public func decisions(_ filter: DecisionFilter = DecisionFilter()) async throws(JournalError) -> [DecisionRecord] {
        try await rows { db in
            var conditions: [String] = []
            var arguments: [(any DatabaseValueConvertible)?] = []
            func require(_ condition: String, _ value: (any DatabaseValueConvertible)?) {
                guard let value else { return }
                conditions.append(condition)
                arguments.append(value)
            }
            require("domain = ?", filter.domain)
            require("client = ?", filter.client)
            require("sender = ? COLLATE NOCASE", filter.sender)
            require("recipient = ? COLLATE NOCASE", filter.recipient)
            require("action = ?", filter.action)
            require("policy = ?", filter.policy)
            require("at >= ?", filter.since?.microsecondsSince1970)
            require("at < ?", filter.until?.microsecondsSince1970)
            if let after = filter.after {
                // By the order of recording: a decision with a smaller id may have been recorded later, by another thread. The id itself
                // serves when that decision is no longer kept.
                if let sequence = try Int.fetchOne(db, sql: "SELECT sequence FROM decisions WHERE id = ?", arguments: [after.description]) {
                    require("sequence > ?", sequence)
                } else {
                    require("id > ?", after.description)
                }
            }
            let condition = conditions.isEmpty ? "1" : conditions.joined(separator: " AND ")
            let order = filter.after == nil ? "DESC" : "ASC"
            let decisions = try DecisionRecord.rows(
                db, where: "\(condition) ORDER BY sequence \(order) LIMIT ?", StatementArguments(arguments + [max(0, filter.limit)]))
            return filter.after == nil ? decisions.reversed() : decisions
        }
    }

    /// The decision with this id; nil if it is not kept.
    public func decision(_ id: RecordID) async throws(JournalError) -> DecisionRecord? {
        try await rows { db in try DecisionRecord.rows(db, where: "id = ?", [id.description]).first }
    }

    /// The decision with this id, or with an id that begins so; nil if none is kept.
    ///
    /// - Throws: when the text is no beginning of an id, or begins several.
    public func decision(_ text: String) async throws(JournalError) -> DecisionRecord? {
        let prefix = try Self.prefix(text)
        return try await rows { db in
            // No character of an id sorts after "~".
            let found = try DecisionRecord.rows(db, where: "id >= ?1 AND id < ?1 || '~' LIMIT 4", [prefix])
            guard found.count <= 1 else { throw JournalError.ambiguous(prefix, found.map(\.id.description)) }
            return found.first
        }
    }

    /// The evidence with this digest; nil if it is not kept.
    public func evidence(_ digest: [UInt8]) async throws(JournalError) -> EvidenceRecord? {
        try await rows { db in
            let row = try Row.fetchOne(
                db, sql: "SELECT digest, kind, body, certificates FROM evidence WHERE digest = ?", arguments: [Data(digest)])
            return row.map { row in
                var columns = Columns(row)
                return EvidenceRecord(
                    digest: columns.octets() ?? [], kind: columns.text(), body: columns.octets() ?? [], certificates: columns.strings())
            }
        }
    }

    /// The certificate with this lower-case hex SHA-256; nil if it is not kept.
    public func certificate(sha256: String) async throws(JournalError) -> CertificateRecord? {
        try await rows { db in
            let row = try Row.fetchOne(
                db, sql: "SELECT sha256, der, subject, not_after FROM certificates WHERE sha256 = ?", arguments: [sha256])
            return row.map { row in
                var columns = Columns(row)
                return CertificateRecord(
                    sha256: columns.text(), der: columns.octets() ?? [], subject: columns.text(), notAfter: columns.optionalTime())
            }
        }
    }
}

extension DecisionRecord {
    static func rows(_ db: Database, where condition: String, _ arguments: StatementArguments) throws -> [DecisionRecord] {
        let sql = """
            SELECT id, at, connection, client, destination, source, sender, recipient, domain, policy, enforcement, action, would, reason,
                result_type, detail, reply, mx, tls_level, tls_version, tls_cipher, tls_sni, certificate_sha256, tls_resumed, dns_mx,
                dns_address, dns_tlsa, sts_id, sts_mode, sts_mx, sts_max_age, sts_fetched_at, dns_ms, sts_ms, policy_ms, tls_ms, evidence, leg
            FROM decisions WHERE \(condition)
            """
        return try Row.fetchAll(db, sql: sql, arguments: arguments).map { row in
            var columns = Columns(row)
            return DecisionRecord(&columns)
        }
    }

    /// Evaluates its arguments from left to right, which is the order of the columns.
    private init(_ columns: inout Columns) {
        self.init(
            id: columns.id(), at: columns.time(), connection: columns.id(), client: columns.text(), destination: columns.text(),
            source: columns.next(), sender: columns.text(), recipient: columns.text(), domain: columns.text(), policy: columns.text(),
            enforcement: columns.text(), action: columns.text(), would: columns.next(), reason: columns.text(), resultType: columns.next(),
            detail: columns.next(), reply: columns.next(), mx: columns.next(), tls: TLS(&columns),
            dns: DNS(mx: columns.next(), address: columns.next(), tlsa: columns.next()), sts: STS(&columns),
            timing: Timing(
                dnsMilliseconds: columns.next(), stsMilliseconds: columns.next(), policyMilliseconds: columns.next(),
                tlsMilliseconds: columns.next()),
            evidenceDigest: columns.octets(), legDigest: columns.octets())
    }
}

extension DecisionRecord.TLS {
    fileprivate init?(_ columns: inout Columns) {
        let level = columns.next(String.self)
        self.init(
            level: level ?? "", version: columns.next(), cipher: columns.next(), sni: columns.next(), certificateSHA256: columns.next(),
            resumed: columns.next() ?? false)
        if level == nil { return nil }
    }
}

extension DecisionRecord.STS {
    fileprivate init?(_ columns: inout Columns) {
        let id = columns.next(String.self)
        self.init(id: id ?? "", mode: columns.text(), mx: columns.strings(), maxAge: columns.number(), fetchedAt: columns.time())
        if id == nil { return nil }
    }
}
