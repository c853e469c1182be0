import Basics
import FoundationEssentials

// The columns of a decision, which are its keys in JSON too: docs/decisions.md says what they mean.

extension DecisionRecord: TableRow {
    /// `decisions`.
    public static var table: String { "decisions" }

    /// To be read into.
    public static var blank: DecisionRecord {
        DecisionRecord(
            id: RecordID(high: 0, low: 0), at: .distantPast, connection: RecordID(high: 0, low: 0), client: IPAddress(ipv4: 0),
            destination: IPAddress(ipv4: 0), sender: "", recipient: "",
            domain: .none, policy: .none, enforcement: .report, action: .defer, reason: .noPolicy)
    }

    /// Every column.
    @inlinable
    public mutating func describe(to columns: inout some ColumnVisitor) {
        columns.column("id", &id)
        columns.column("at", &at)
        columns.column("connection", &connection)
        columns.column("transaction_number", key: "transaction", since: 4, &transaction)
        columns.column("client", &client)
        columns.column("destination", &destination)
        columns.column("source", &source)
        columns.column("sender", &sender)
        columns.column("recipient", &recipient)
        columns.column("domain", &domain)
        columns.column("policy", &policy)
        columns.column("enforcement", &enforcement)
        columns.column("action", &action)
        columns.column("would", &would)
        columns.column("reason", &reason)
        columns.column("result_type", &resultType)
        columns.column("detail", limit: RecordColumn.long, &detail)
        columns.column("reply", limit: RecordColumn.long, &reply)
        columns.column("mx", &mx)
        columns.group("tls", &tls)
        columns.group("dns", &dns)
        columns.group("sts", &sts)
        columns.group("timing", &timing)
        columns.hidden("evidence", &evidenceDigest)
        columns.hidden("leg", &legDigest)
    }
}

extension DecisionRecord.TLS: ColumnGroup {
    /// To be read into.
    public static var blank: Self { Self(level: .plaintext) }

    /// Every column.
    @inlinable
    public mutating func describe(to columns: inout some ColumnVisitor) {
        columns.column("tls_level", key: "level", &level)
        columns.column("tls_version", key: "version", &version)
        columns.column("tls_cipher", key: "cipher", &cipher)
        columns.column("tls_sni", key: "sni", &sni)
        columns.column("certificate_sha256", &certificateSHA256)
        columns.column("tls_resumed", key: "resumed", &resumed)
    }
}

extension DecisionRecord.DNS: ColumnGroup {
    /// To be read into.
    public static var blank: Self { Self() }

    /// Every column.
    @inlinable
    public mutating func describe(to columns: inout some ColumnVisitor) {
        columns.column("dns_mx", key: "mx", &mx)
        columns.column("dns_address", key: "address", &address)
        columns.column("dns_tlsa", key: "tlsa", &tlsa)
    }
}

extension DecisionRecord.STS: ColumnGroup {
    /// To be read into.
    public static var blank: Self { Self(id: "", mode: .none, mx: [], maxAge: 0, fetchedAt: .distantPast) }

    /// Every column.
    @inlinable
    public mutating func describe(to columns: inout some ColumnVisitor) {
        columns.column("sts_id", key: "id", &id)
        columns.column("sts_mode", key: "mode", &mode)
        columns.column("sts_mx", key: "mx", limit: .max, &mx)
        columns.column("sts_max_age", key: "max_age", &maxAge)
        columns.column("sts_fetched_at", key: "fetched_at", &fetchedAt)
    }
}

extension DecisionRecord.Timing: ColumnGroup {
    /// To be read into.
    public static var blank: Self { Self() }

    /// Every column.
    @inlinable
    public mutating func describe(to columns: inout some ColumnVisitor) {
        columns.column("dns_ms", &dnsMilliseconds)
        columns.column("sts_ms", since: 3, &stsMilliseconds)
        columns.column("policy_ms", &policyMilliseconds)
        columns.column("tls_ms", &tlsMilliseconds)
    }
}
