import NIOCore

/// Until when another leg must be ready, whatever steps that takes.
struct DialBudget {
    /// The first leg has all the time that its single steps have.
    static let unlimited = DialBudget(deadline: .distantFuture)
    /// What a client that waits for an answer may wait for another leg: two of them with the look-ups are below its five minutes (RFC 5321
    /// 4.5.3.2.4), and servers that greet late, by a minute and more, can be dialled twice.
    private static let another = TimeAmount.seconds(130)

    let deadline: NIODeadline

    /// The budget for another leg, dialled from `now` on.
    static func another(from now: NIODeadline) -> DialBudget { DialBudget(deadline: now + another) }

    /// This budget, of which no more than that of another leg is left.
    func another(from now: NIODeadline) -> DialBudget { DialBudget(deadline: min(deadline, now + Self.another)) }

    /// When a step that begins `now` and may take `time` is overdue.
    func end(of time: Duration, from now: NIODeadline) -> NIODeadline { min(deadline, now + TimeAmount(time)) }
}
