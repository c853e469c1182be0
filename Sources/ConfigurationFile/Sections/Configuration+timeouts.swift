extension Configuration {
    /// Reads `[timeouts]`: the relay's, and that of a policy fetch.
    mutating func readTimeouts(_ section: SectionReader) {
        section.read("connect", into: &relay.timeouts.connect, .within(.seconds(1)...(.seconds(600))))
        section.read("greeting", into: &relay.timeouts.greeting, .within(.seconds(1)...(.seconds(3600))))
        section.read("command", into: &relay.timeouts.command, .within(.seconds(1)...(.seconds(3600))))
        section.read("data", into: &relay.timeouts.data, .within(.seconds(1)...(.seconds(7200))))
        section.read("handshake", into: &relay.timeouts.handshake, .within(.seconds(1)...(.seconds(600))))
        section.read("policy", into: &relay.timeouts.policy, .within(.seconds(1)...(.seconds(240))))
        section.read("fetch", into: &fetch.totalTimeout, .within(.seconds(1)...(.seconds(600))))
        section.read("drain", into: &relay.timeouts.drain, .within(.seconds(1)...(.seconds(3600))))
    }
}
