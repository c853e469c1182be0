/// After a failed fetch: no other for this id before `until`; 5 minutes, doubling to an hour (RFC 8461 3.3). A new id starts anew.
struct BackOff {
    let id: String
    let failures: Int
    let until: ContinuousClock.Instant
    /// What failed.
    let failure: STSFailure

    static let shortest: Duration = .seconds(300)
    static let longest: Duration = .seconds(3600)

    /// How long to wait after so many failures in a row.
    static func pause(failures: Int) -> Duration { min(shortest * (1 << min(max(0, failures - 1), 8)), longest) }

    /// After another failure, that of a fetch for `id`.
    init(after previous: BackOff?, id: String, failure: STSFailure, now: ContinuousClock.Instant) {
        self.id = id
        self.failure = failure
        failures = previous?.id == id ? (previous?.failures ?? 0) + 1 : 1
        until = now + Self.pause(failures: failures)
    }
}
