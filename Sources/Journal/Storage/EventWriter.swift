import Basics
import FoundationEssentials
import GRDB
import Records

/// Turns events into rows. Statements are prepared once per connection (GRDB keeps them by their text) and bound by position.
struct EventWriter {
    /// Octets kept of a name or an address; of a text; of a line of a transcript; of a piece of evidence.
    private static let short = 1024
    private static let long = 4096
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

    private func execute(_ sql: String, _ arguments: [(any DatabaseValueConvertible)?]) throws {
        try db.cachedStatement(sql: sql).execute(arguments: StatementArguments(arguments))
    }

    private func write(_ connection: ConnectionOpened) throws {
        try execute(
            """
            INSERT OR IGNORE INTO connections (id, opened_at, client, client_port, destination, destination_port, source)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            """,
            [
                connection.id.description, connection.at.microsecondsSince1970, connection.client.bounded(Self.short),
                connection.clientPort, connection.destination.bounded(Self.short), connection.destinationPort,
                connection.source?.bounded(Self.short),
            ])
    }

    private func write(_ lines: [TranscriptLine], of connection: RecordID) throws {
        if lines.isEmpty { return }
        try execute(
            "INSERT INTO transcripts (connection, lines) VALUES (?, ?)",
            [connection.description, JSONText.transcript(lines, limit: Self.line)])
    }

    private func write(_ connection: ConnectionClosed) throws {
        try execute(
            """
            UPDATE connections SET closed_at = ?, reason = ?, helo = ?, bytes_from_client = ?, bytes_from_upstream = ?, messages = ?
            WHERE id = ?
            """,
            [
                connection.at.microsecondsSince1970, connection.reason.bounded(Self.long), connection.helo?.bounded(Self.short),
                connection.bytesFromClient, connection.bytesFromUpstream, connection.messages, connection.id.description,
            ])
    }

    private func write(_ transaction: TransactionRecord) throws {
        try execute(
            """
            INSERT OR REPLACE INTO transactions (connection, number, started_at, ended_at, sender, recipients_accepted,
                recipients_refused, bytes, outcome, reply, content)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                transaction.connection.description, transaction.number, transaction.startedAt.microsecondsSince1970,
                transaction.endedAt.microsecondsSince1970, transaction.sender.bounded(Self.short), transaction.recipientsAccepted,
                transaction.recipientsRefused, transaction.bytes, transaction.outcome.rawValue, transaction.reply?.bounded(Self.long),
                transaction.content.map { Data($0) },
            ])
    }

    private func write(_ decision: DecisionRecord, _ known: inout KnownEvidence) throws {
        let (short, long) = (Self.short, Self.long)
        let (tls, dns, sts, timing) = (decision.tls, decision.dns, decision.sts, decision.timing)
        try execute(
            """
            INSERT OR IGNORE INTO decisions (id, at, connection, client, destination, source, sender, recipient, domain, policy, enforcement,
                action, would, reason, result_type, detail, reply, mx, tls_level, tls_version, tls_cipher, tls_sni, certificate_sha256,
                tls_resumed, dns_mx, dns_address, dns_tlsa, sts_id, sts_mode, sts_mx, sts_max_age, sts_fetched_at, dns_ms, sts_ms, policy_ms,
                tls_ms, evidence, leg)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,
                ?)
            """,
            [
                decision.id.description, decision.at.microsecondsSince1970, decision.connection.description,
                decision.client.bounded(short), decision.destination.bounded(short), decision.source?.bounded(short),
                decision.sender.bounded(short), decision.recipient.bounded(short), decision.domain.bounded(short),
                decision.policy.bounded(short), decision.enforcement.bounded(short), decision.action.bounded(short),
                decision.would?.bounded(short), decision.reason.bounded(short), decision.resultType?.bounded(short),
                decision.detail?.bounded(long), decision.reply?.bounded(long), decision.mx?.bounded(short), tls?.level.bounded(short),
                tls?.version?.bounded(short), tls?.cipher?.bounded(short), tls?.sni?.bounded(short),
                tls?.certificateSHA256?.bounded(short), tls?.resumed, dns.mx?.bounded(short), dns.address?.bounded(short),
                dns.tlsa?.bounded(short), sts?.id.bounded(short), sts?.mode.bounded(short), sts.map { JSONText.array($0.mx) },
                sts?.maxAge, sts?.fetchedAt.microsecondsSince1970, timing.dnsMilliseconds, timing.stsMilliseconds,
                timing.policyMilliseconds,
                timing.tlsMilliseconds, decision.evidenceDigest.map { Data($0) }, decision.legDigest.map { Data($0) },
            ])
        if let digest = decision.evidenceDigest { try use(digest, &known) }
        if let digest = decision.legDigest { try use(digest, &known) }
        if let certificate = tls?.certificateSHA256, !known.contains(certificate: certificate) {
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
            [Data(evidence.digest), evidence.kind.bounded(Self.short), now, certificates, Data(evidence.body)])
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
                certificate.sha256.bounded(Self.short), certificate.subject.bounded(Self.long),
                certificate.notAfter?.microsecondsSince1970, now, Data(certificate.der),
            ])
        known.insert(certificate: certificate.sha256)
    }

    private func write(_ outcome: OutcomeRecord) throws {
        let short = Self.short
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
                outcome.day.bounded(short), outcome.policyDomain.bounded(short), outcome.policyType.bounded(short), strings, mx,
                (outcome.resultType ?? "").bounded(short), (outcome.mxHost ?? "").bounded(short),
                (outcome.sendingAddress ?? "").bounded(short), (outcome.receivingAddress ?? "").bounded(short),
                (outcome.reason ?? "").bounded(short), outcome.count,
            ])
    }
}
