extension Configuration {
    /// Reads `[limits]`: the relay's, and that of look-ups.
    mutating func readLimits(_ section: SectionReader) {
        section.read("sessions", into: &relay.limits.sessions, .within(1...1_000_000))
        let sessions = relay.limits.sessions
        relay.limits.perClient = min(relay.limits.perClient, sessions)
        section.read("per-client", into: &relay.limits.perClient, .within(1...1_000_000))
        if relay.limits.perClient > sessions {
            section.problem("per-client", "\(relay.limits.perClient) is more than sessions (\(sessions)); use at most that")
        }
        section.read("line", into: &relay.limits.line, .within(1024...65_536))
        section.read("recipients", into: &relay.limits.recipients, .within(100...100_000))
        section.read("transactions", into: &relay.limits.transactions, .within(1...1_000_000))
        section.readSize("message-buffer", into: &relay.limits.messageBuffer, (16 << 10)...(16 << 20))
        section.read("pending-lookups", into: &policy.mostLookups, .within(1...1_000_000))
    }
}
