import Basics

/// Evidence and certificates known to be stored and marked as used today, so that most events and decisions that name them cost no SQL.
///
/// When it is full, what was named since stays: a flood of new evidence costs a statement for each of its own, and none for what is in use.
struct KnownEvidence {
    static let capacity = 50_000
    private static let octetLimit = 16 << 20

    private var day = 0
    private var digests = BoundedCache<[UInt8], Void, Never>(capacity: capacity, octetLimit: octetLimit)
    private var certificates = BoundedCache<String, Void, Never>(capacity: capacity, octetLimit: octetLimit)

    /// Begins a new day's tables when `now` (microseconds since 1970) is in another day.
    mutating func turn(to now: Int) {
        let today = now / Schema.dayMicroseconds
        guard today != day else { return }
        self = KnownEvidence()
        day = today
    }

    mutating func contains(digest: [UInt8]) -> Bool { digests.value(for: digest) != nil }

    mutating func contains(certificate: String) -> Bool { certificates.value(for: certificate) != nil }

    mutating func insert(digest: [UInt8]) { digests.store((), for: digest, octets: digest.count + 32) }

    mutating func insert(certificate: String) { certificates.store((), for: certificate, octets: certificate.utf8.count + 32) }
}
