/// Who wants a leg: a session, or a probe.
protocol LegClaimant {
    /// A recipient was accepted on the current leg, which therefore stays.
    var isUsingLeg: Bool { get }
    /// Waits until the server owes no reply.
    func settle() async throws(SessionEnd)
    /// Looks whether the server has closed.
    func checkLeg() throws(SessionEnd)
    /// Another leg is the current one now.
    func legWasReplaced()
}
