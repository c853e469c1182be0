import FoundationEssentials

/// What a decision rested on, stored once for all decisions that rest on the same.
public struct EvidenceRecord: Sendable, Hashable {
    /// SHA-256 of `kind` and `body`, the address of the content.
    public var digest: [UInt8]
    /// What the body is, and by which encoding: a word of whoever records it.
    public var kind: String
    /// The evidence itself, at most 4 MiB.
    public var body: [UInt8]
    /// The certificates it names (``CertificateRecord/sha256``), kept as long as it is.
    public var certificates: [String]

    /// A piece of evidence.
    public init(digest: [UInt8], kind: String, body: [UInt8], certificates: [String] = []) {
        self.digest = digest
        self.kind = kind
        self.body = body
        self.certificates = certificates
    }
}

/// A certificate that a server showed.
public struct CertificateRecord: Sendable, Hashable {
    /// Lower-case hex SHA-256 of the DER form.
    public var sha256: String
    /// The DER form.
    public var der: [UInt8]
    /// Its subject, escaped to printable characters.
    public var subject: String
    /// When it expires, if that can be told.
    public var notAfter: Date?

    /// A certificate with what a person looks for in it.
    public init(sha256: String, der: [UInt8], subject: String, notAfter: Date? = nil) {
        self.sha256 = sha256
        self.der = der
        self.subject = subject
        self.notAfter = notAfter
    }
}

extension EvidenceRecord: TableRow {
    /// `evidence`.
    public static var table: String { "evidence" }

    /// To be read into.
    public static var blank: EvidenceRecord { EvidenceRecord(digest: [], kind: "", body: []) }

    /// The columns that are read; a store notes besides when it was used.
    @inlinable
    public mutating func describe(to columns: inout some ColumnVisitor) {
        columns.column("digest", &digest)
        columns.column("kind", &kind)
        columns.column("certificates", limit: .max, &certificates)
        columns.column("body", &body)
    }
}

extension CertificateRecord: TableRow {
    /// `certificates`.
    public static var table: String { "certificates" }

    /// To be read into.
    public static var blank: CertificateRecord { CertificateRecord(sha256: "", der: [], subject: "") }

    /// The columns that are read; a store notes besides when it was used.
    @inlinable
    public mutating func describe(to columns: inout some ColumnVisitor) {
        columns.column("sha256", &sha256)
        columns.column("subject", limit: RecordColumn.long, &subject)
        columns.column("not_after", &notAfter)
        columns.column("der", &der)
    }
}
