import DNS
import DNSTesting
import MTASTSTesting
import Testing

@testable import Policy

/// RFC 7672 2.2.1: what is asked, and decided, about hosts whose MX records are not signed though they are.
@Suite struct `Hosts under insecure MX records` {
    private let world: World

    init() throws {
        world = try World()
        world.resolver.set(mx: "example.net", ["mx1.example.net"], .insecure)
        world.resolver.set(addresses: "mx1.example.net", [v4])
        world.resolver.set(tlsa: "mx1.example.net", [try TLSARecord.digest(of: "mx1")])
    }

    private var questionsAboutTLSA: [String] { world.resolver.asked.filter { $0.hasPrefix("TLSA") } }

    private func judged(_ settings: PolicySettings? = nil) async -> String {
        var request = request()
        request.settings = settings
        return await world.service.judge(request, budget: .seconds(60)).summary
    }

    @Test(arguments: [DecisionSettings.InsecureMX.dane, .encrypt])
    func `their TLSA records are looked up where they count`(insecureMX: DecisionSettings.InsecureMX) async {
        world.service.reconfigure(PolicySettings(settings: DecisionSettings(insecureMX: insecureMX)))
        #expect(await judged() == "defer 451 4.7.4 dane starttls-not-offered")
        #expect(questionsAboutTLSA == ["TLSA _25._tcp.mx1.example.net"])
    }

    @Test func `off: they are not asked for, and demand nothing`() async {
        world.service.reconfigure(PolicySettings(settings: DecisionSettings(insecureMX: .off)))
        #expect(await judged() == "accept none no-policy plaintext")
        #expect(questionsAboutTLSA == [])
        #expect(world.resolver.asked.contains("A mx1.example.net"))
    }

    @Test func `off: those under signed MX records are looked up as ever`() async {
        world.resolver.set(mx: "example.net", ["mx1.example.net"])
        world.service.reconfigure(PolicySettings(settings: DecisionSettings(insecureMX: .off)))
        #expect(await judged() == "defer 451 4.7.4 dane starttls-not-offered")
        #expect(questionsAboutTLSA == ["TLSA _25._tcp.mx1.example.net"])
    }

    @Test func `what one session did not ask for is no evidence for another that goes by other settings`() async {
        #expect(await judged(PolicySettings(settings: DecisionSettings(insecureMX: .off))) == "accept none no-policy plaintext")
        #expect(questionsAboutTLSA == [])
        #expect(await judged() == "defer 451 4.7.4 dane starttls-not-offered")
        #expect(await judged(PolicySettings(settings: DecisionSettings(insecureMX: .off))) == "accept none no-policy plaintext")
        #expect(questionsAboutTLSA == ["TLSA _25._tcp.mx1.example.net"])
    }
}
