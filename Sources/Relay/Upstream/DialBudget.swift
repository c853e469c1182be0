import NIOCore

/// Until when another leg must be ready, whatever steps that takes.
struct DialBudget {
    /// The first leg has all the time that its single steps have.
    static let unlimited = DialBudget(deadline: .distantFuture)
    /// What a client that waits for an answer may wait for another leg: with the look-ups far below its patience (RFC 5321 4.5.3.2).
    private static let another = TimeAmount.seconds(60)

    let deadline: NIODeadline

    /// The budget for another leg, dialled from `now` on.
    static func another(from now: NIODeadline) -> DialBudget { DialBudget(deadline: now + another) }

    /// This budget, of which no more than that of another leg is left.
    func another(from now: NIODeadline) -> DialBudget { DialBudget(deadline: min(deadline, now + Self.another)) }

    /// When a step that begins `now` and may take `time` is overdue.
    func end(of time: Duration, from now: NIODeadline) -> NIODeadline { min(deadline, now + TimeAmount(time)) }
}
