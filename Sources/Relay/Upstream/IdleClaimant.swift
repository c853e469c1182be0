/// Wants a leg for its verdict alone, and sends nothing over it.
struct IdleClaimant: LegClaimant {
    let upstream: Upstream
    let isUsingLeg = false

    func settle() async throws(SessionEnd) {}

    func checkLeg() throws(SessionEnd) {
        do { try upstream.checkIdleLeg(inUse: false) } catch { throw SessionEnd(error) }
    }

    func legWasReplaced() {}
}
