import Records
import Testing

@Suite struct `Levels of protection` {
    static let levels: [SecurityLevel] = [
        .plaintext, .unauthenticated, .pkix, .daneInsecureMX, .stsVerified, .routeVerified, .daneVerified,
    ]

    @Test func `are in order, each a level of its own`() {
        #expect(SecurityLevel.allCases.sorted() == Self.levels)
        for (one, other) in zip(Self.levels, Self.levels.dropFirst()) { #expect(one < other && !(other < one)) }
    }

    @Test func `an authenticated server is more than any other`() {
        let authenticated = SecurityLevel.allCases.filter(\.isAuthenticated).min()
        let other = SecurityLevel.allCases.filter { !$0.isAuthenticated }.max()
        #expect(authenticated == .daneInsecureMX && other == .pkix)
    }
}
