import Basics
import FoundationEssentials
import GRDB
import Records

/// Turns events into rows. Statements are prepared once per connection (GRDB keeps them by their text) and bound by position.
struct EventWriter {
    /// Octets kept of a line of a transcript; of a piece of evidence.
    private static let line = 8192
    private static let blob = 4 << 20

    private let db: Database
    private let now: Int

    init(_ db: Database) {
        self.db = db
        now = Date().microsecondsSince1970
    }

    // Nothing here may fail for what an event holds, or it would hold up the whole batch for ever: hence OR IGNORE, OR REPLACE.

    func write(_ event: Event, _ known: inout KnownEvidence) throws {
        known.turn(to: now)
        switch event {
        case .opened(let connection): try write(connection)
        case .transcript(let connection, let lines): try write(lines, of: connection)
        case .closed(let connection): try write(connection)
        case .transaction(let transaction): try write(transaction)
        case .decision(let decision): try write(decision, &known)
        case .evidence(let evidence): try write(evidence, &known)
        case .certificate(let certificate): try write(certificate, &known)
        case .outcome(let outcome): try write(outcome)
        }
    }

    private func execute(_ sql: String, _ arguments: StatementArguments) throws {
        try db.cachedStatement(sql: sql).execute(arguments: arguments)
    }

    private func write(_ connection: ConnectionOpened) throws {
        try execute(Tables.connections.insert, Tables.connections.values(ConnectionRecord(opened: connection)))
    }

    private func write(_ lines: [TranscriptLine], of connection: RecordID) throws {
        if lines.isEmpty { return }
        try execute(
            "INSERT INTO transcripts (connection, lines) VALUES (?, ?)",
            [connection.description, JSONText.transcript(lines, limit: Self.line)])
    }

    private func write(_ connection: ConnectionClosed) throws {
        try execute(Self.closing.sql, Self.closing.values(connection, key: connection.id.description.databaseValue))
    }

    private static let closing = Update<ConnectionClosed>(of: ConnectionRecord.table, key: "id")

    private func write(_ transaction: TransactionRecord) throws {
        try execute(Tables.transactions.replace, Tables.transactions.values(transaction))
        for fate in transaction.fates { try execute(Tables.fates.replace, Tables.fates.values(fate)) }
    }

    private func write(_ decision: DecisionRecord, _ known: inout KnownEvidence) throws {
        try execute(Tables.decisions.insert, Tables.decisions.values(decision))
        if let digest = decision.evidenceDigest { try use(digest, &known) }
        if let digest = decision.legDigest { try use(digest, &known) }
        if let certificate = decision.tls?.certificateSHA256, !known.contains(certificate: certificate) {
            try execute("UPDATE certificates SET last_used = ? WHERE sha256 = ?", [now, certificate])
            if db.changesCount > 0 { known.insert(certificate: certificate) }
        }
    }

    /// Marks evidence as used today, with the certificates it names.
    private func use(_ digest: [UInt8], _ known: inout KnownEvidence) throws {
        if known.contains(digest: digest) { return }
        try execute("UPDATE evidence SET last_used = ? WHERE digest = ?", [now, Data(digest)])
        // Not stored yet: its event is still to come.
        guard db.changesCount > 0 else { return }
        try execute(
            """
            UPDATE certificates SET last_used = ?
            WHERE sha256 IN (SELECT value FROM json_each((SELECT certificates FROM evidence WHERE digest = ?)))
            """, [now, Data(digest)])
        known.insert(digest: digest)
    }

    private func write(_ evidence: EvidenceRecord, _ known: inout KnownEvidence) throws {
        if known.contains(digest: evidence.digest) || evidence.body.count > Self.blob { return }
        let certificates = JSONText.array(evidence.certificates)
        try execute(
            """
            INSERT INTO evidence (digest, kind, first_seen, last_used, certificates, body) VALUES (?1, ?2, ?3, ?3, ?4, ?5)
            ON CONFLICT (digest) DO UPDATE SET last_used = ?3
            """,
            [Data(evidence.digest), evidence.kind.bounded(RecordColumn.short), now, certificates, Data(evidence.body)])
        if !evidence.certificates.isEmpty {
            try execute(
                "UPDATE certificates SET last_used = ? WHERE sha256 IN (SELECT value FROM json_each(?))", [now, certificates])
        }
        known.insert(digest: evidence.digest)
    }

    private func write(_ certificate: CertificateRecord, _ known: inout KnownEvidence) throws {
        if known.contains(certificate: certificate.sha256) || certificate.der.count > Self.blob { return }
        try execute(
            """
            INSERT INTO certificates (sha256, subject, not_after, first_seen, last_used, der) VALUES (?1, ?2, ?3, ?4, ?4, ?5)
            ON CONFLICT (sha256) DO UPDATE SET last_used = ?4
            """,
            [
                certificate.sha256.bounded(RecordColumn.short), certificate.subject.bounded(RecordColumn.long),
                certificate.notAfter?.microsecondsSince1970, now, Data(certificate.der),
            ])
        known.insert(certificate: certificate.sha256)
    }

    private func write(_ outcome: OutcomeRecord) throws {
        let (strings, mx) = (JSONText.array(outcome.policyString), JSONText.array(outcome.policyMX))
        try execute("INSERT OR IGNORE INTO outcome_policies (strings, mx) VALUES (?, ?)", [strings, mx])
        try execute(
            """
            INSERT INTO outcome_counts (day, policy_domain, policy_type, policy, result_type, mx_host, sending_address,
                receiving_address, reason, count)
            VALUES (?, ?, ?, (SELECT id FROM outcome_policies WHERE strings = ? AND mx = ?), ?, ?, ?, ?, ?, ?)
            ON CONFLICT DO UPDATE SET count = count + excluded.count
            """,
            [
                outcome.day.bounded(RecordColumn.short), outcome.policyDomain.text, outcome.policyType.rawValue, strings, mx,
                outcome.resultType?.rawValue ?? "", outcome.mxHost?.text ?? "", outcome.sendingAddress?.description ?? "",
                outcome.receivingAddress?.description ?? "", (outcome.reason ?? "").bounded(RecordColumn.short), outcome.count,
            ])
    }
}
