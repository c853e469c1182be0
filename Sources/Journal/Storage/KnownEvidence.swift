/// Evidence and certificates known to be stored and marked as used today, so that most events and decisions that name them cost no SQL.
struct KnownEvidence {
    private static let limit = 50_000

    private var day = 0
    private var digests: Set<[UInt8]> = []
    private var certificates: Set<String> = []

    /// Begins a new day's tables when `now` (microseconds since 1970) is in another day.
    mutating func turn(to now: Int) {
        let today = now / Schema.dayMicroseconds
        guard today != day else { return }
        self = KnownEvidence()
        day = today
    }

    func contains(digest: [UInt8]) -> Bool { digests.contains(digest) }

    func contains(certificate: String) -> Bool { certificates.contains(certificate) }

    mutating func insert(digest: [UInt8]) {
        // Starting over costs one statement for each that is still in use.
        if digests.count >= Self.limit { digests.removeAll() }
        digests.insert(digest)
    }

    mutating func insert(certificate: String) {
        if certificates.count >= Self.limit { certificates.removeAll() }
        certificates.insert(certificate)
    }
}
