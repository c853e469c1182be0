import DNSTesting
import Foundation
import Journal
import MTASTSTesting
import TestSupport
import Testing

@testable import Admin
@testable import Reports

@Suite struct `Requests to the daemon` {
    let world: World
    let now = Date()

    init() throws {
        world = try World()
    }

    private func handle(_ request: ControlRequest, who: String = "root") async -> ControlReply {
        await world.control.handle(request, who: who)
    }

    @Test func `an override takes effect at once, and ends when it is removed`() async throws {
        let until = Date(timeIntervalSince1970: (now.timeIntervalSince1970 + 7200).rounded())
        let reply = await handle(.addOverride(domain: "Example.NET.", until: until, reason: "ticket 4711"), who: "alice")
        guard case .override(let made) = reply else { throw Unexpected(reply: reply) }
        #expect(made.domain == "example.net" && made.until == until && made.reason == "ticket 4711" && made.who == "alice")
        #expect(made.inForce && made.removed == nil)
        #expect(world.policy.settings(for: "example.net").override == .init(until: until, reason: "ticket 4711"))
        #expect(world.policy.settings(for: "example.com").override == nil)
        #expect(world.policy.overrideCount(at: now) == 1 && world.policy.overrideCount(at: until) == 0)
        let row = try #require(try await world.journal.overrides(at: Date()).first)
        #expect(row.domain == "example.net" && row.who == "alice" && row.until == until)

        #expect(
            await handle(.removeOverride(domain: "example.net"), who: "bob") == .overrideRemoval(.init(domain: "example.net", found: true)))
        #expect(world.policy.settings(for: "example.net").override == nil)
        #expect(await handle(.removeOverride(domain: "example.net")) == .overrideRemoval(.init(domain: "example.net", found: false)))
        let trail = try await JournalReader(path: world.directory.journal).overrideTrail()
        #expect(trail.map(\.removedBy) == ["bob"])
    }

    @Test func `an override allows what was asked for`() async throws {
        let until = Date(timeIntervalSince1970: (now.timeIntervalSince1970 + 7200).rounded())
        let reply = await handle(.addOverride(domain: "example.net", kind: .encrypted, until: until, reason: "ticket 4711"))
        guard case .override(let made) = reply else { throw Unexpected(reply: reply) }
        #expect(made.kind == .encrypted)
        #expect(world.policy.settings(for: "example.net").override == .init(kind: .encrypted, until: until, reason: "ticket 4711"))
        #expect(try await world.journal.overrides(at: Date()).map(\.kind) == [.encrypted])
    }

    @Test func `a request that says no kind asks for any, and one of an unknown kind is none`() throws {
        let line = "{\"command\":\"override-add\",\"domain\":\"a.example\",\"until\":\"2027-01-15T08:00:00.000Z\",\"reason\":\"why\"}"
        let request = try jsonValue(RequestMessage.self, of: line.utf8).request
        #expect(request == .addOverride(domain: "a.example", kind: .any, until: Date(timeIntervalSince1970: 1_800_000_000), reason: "why"))
        let unknown = line.replacing("\"domain\"", with: "\"kind\":\"most\",\"domain\"")
        #expect(throws: DecodingError.self) { try jsonValue(RequestMessage.self, of: unknown.utf8) }
    }

    @Test(
        arguments: [
            ("example.net", 0.0, "why"), ("example.net", -1, "why"), ("example.net", 90 * 86_400 + 60, "why"), ("example.net", 60, " "),
            ("example.net", 60, "two\nlines"), ("example.net", 60, String(repeating: "x", count: 501)), ("not a domain", 60, "why"),
            ("192.0.2.1", 60, "why"), ("", 60, "why"),
        ] as [(String, Double, String)])
    func `an override without a good end, reason or domain is refused`(domain: String, seconds: Double, reason: String) async throws {
        let reply = await handle(.addOverride(domain: domain, until: Date() + seconds, reason: reason))
        #expect(reply.failure?.isEmpty == false)
        #expect(try await world.journal.overrides(at: .distantPast).isEmpty)
    }

    @Test func `overrides made side by side all hold`() async throws {
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<20 {
                group.addTask { _ = await handle(.addOverride(domain: "d\(number).example", until: now + 60, reason: "r")) }
            }
        }
        #expect(world.policy.overrideCount(at: now) == 20)
    }

    @Test func `a policy is fetched, kept, and forgotten`() async throws {
        #expect(await handle(.refreshPolicy(domain: "example.net")).policy?.result == PolicyOutcome.Result.none)
        world.resolver.set(id: "1", of: "example.net")
        world.fetcher.set("example.net", mx: ["mx.example.net"])
        // What there is not was just found out, and is known for a while; the domain's next id check is due in five minutes.
        #expect(await handle(.forgetPolicy(domain: "example.net")) == .policyRemoval(.init(domain: "example.net", found: false)))
        let fetched = await handle(.refreshPolicy(domain: "example.net")).policy
        #expect(fetched?.result == .fetched && fetched?.id == "1" && fetched?.mode == .enforce && fetched?.mx == ["mx.example.net"])

        world.resolver.set(id: "2", of: "example.net")
        world.fetcher.set("example.net", mode: .testing, mx: ["mx.example.net"])
        #expect(await handle(.refreshPolicy(domain: "example.net")).policy?.mode == .testing)
        world.resolver.set(id: "3", of: "example.net")
        world.fetcher.fail("example.net")
        let kept = await handle(.refreshPolicy(domain: "example.net")).policy
        #expect(kept?.result == .kept && kept?.mode == .testing && kept?.failure == "sts-policy-fetch-error: HTTP 404")

        #expect(await handle(.forgetPolicy(domain: "example.net")) == .policyRemoval(.init(domain: "example.net", found: true)))
        #expect(await handle(.forgetPolicy(domain: "example.net")) == .policyRemoval(.init(domain: "example.net", found: false)))
        #expect(try await world.journal.policy(domain: "example.net") == nil)
    }

    @Test func `what was learned is told of all servers or of one`() async throws {
        #expect(await handle(.learned(address: nil)) == .learned(LearnedList(World.learned)))
        #expect(await handle(.learned(address: "203.0.113.26")) == .learned(LearnedList([World.learned[1]])))
        #expect(await handle(.learned(address: "203.0.113.27")) == .learned(LearnedList([])))
        #expect(await handle(.learned(address: "mx\u{1b}")) == .failed("\"mx\\x1b\" is not an IP address"))
    }

    @Test func `reload and status are the daemon's own`() async throws {
        #expect(await handle(.status) == .status(World.status))
        #expect(await handle(.reload) == .reload(ReloadOutcome(warnings: [])))
        let broken = try World(reload: { .failure(ControlFailure("weft.toml:3: bad")) })
        #expect(await broken.control.handle(.reload, who: "root") == .failed("weft.toml:3: bad"))
    }

    @Test func `a journal that cannot be written changes nothing, and says so`() async throws {
        await world.journal.close()
        let reply = await handle(.addOverride(domain: "example.net", until: now + 60, reason: "why"))
        #expect(reply.failure != nil)
        #expect(world.policy.settings(for: "example.net").override == nil)
    }
}
