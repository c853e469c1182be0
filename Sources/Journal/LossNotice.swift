/// When to say that events are lost: at the first, at each doubling, and once a minute while it goes on.
struct LossNotice {
    private var said = 0
    private var saidAt: ContinuousClock.Instant?

    mutating func isDue(lost: Int, now: ContinuousClock.Instant) -> Bool {
        if let saidAt, lost / 2 < said, now - saidAt < .seconds(60) { return false }
        said = lost
        saidAt = now
        return true
    }
}
