import Basics
import DNS
import DNSTesting
import TestSupport
import Testing

@testable import MTASTS

/// Policy hosts that drip, by real HTTPS, and others beside them.
@Suite(.serialized, .timeLimit(.minutes(2))) struct CrowdedFetchTests {
    let server: PolicyServer

    init() throws {
        server = try PolicyServer.shared.get()
    }

    /// Begins fetches from hosts that drip; returns when so many run.
    private func trickle(
        _ fetcher: CurlPolicyFetcher, _ domains: [DomainName], running: Int, waiting: Int = 0
    ) async throws -> [Task<Result<FetchedPolicy, FetchError>, Never>] {
        let tasks = domains.map { domain in Task { await fetcher.result(domain: domain) } }
        try await eventually("\(running) fetches run, \(waiting) wait") { fetcher.engine.load == (running, waiting) }
        return tasks
    }

    /// A policy is had although others drip, and how fast.
    private func fetchGood(_ fetcher: CurlPolicyFetcher) async -> Duration {
        let clock = ContinuousClock()
        let started = clock.now
        let failure = await fetcher.result(domain: "good.test").failure
        #expect(failure == nil)
        return clock.now - started
    }

    /// Each host of the domains in one of the networks, in turns.
    private func resolver(_ domains: [DomainName], in networks: [IPAddress], good: IPAddress = PolicyServer.networks[0]) -> ScriptedResolver
    {
        let resolver = ScriptedResolver()
        for (index, domain) in domains.enumerated() { resolver.set(addresses: "mta-sts.\(domain)", [networks[index % networks.count]]) }
        resolver.set(addresses: "mta-sts.good.test", [good])
        return resolver
    }

    private func owners(_ count: Int) -> [DomainName] { (0..<count).map { "trickle.d\($0)" } }

    private func names(_ count: Int) -> [DomainName] { (0..<count).map { "trickle.x\($0).owner.test" } }

    private func end(_ fetcher: CurlPolicyFetcher, _ tasks: [Task<Result<FetchedPolicy, FetchError>, Never>]) async {
        await fetcher.shutdown()
        for task in tasks { #expect(await task.value.failure == .notMade("the fetch was abandoned")) }
    }

    @Test func `96 policy hosts that drip hold up no other`() async throws {
        let fetcher = server.fetcher(resolver: resolver(owners(96), in: PolicyServer.networks))
        let tasks = try await trickle(fetcher, owners(96), running: 96)
        let time = await fetchGood(fetcher)
        print("96 hosts drip: a policy beside them takes \(time)")
        #expect(time < .seconds(1))
        await end(fetcher, tasks)
    }

    @Test func `many names of one owner hold up no other, not even in their own network`() async throws {
        let network = PolicyServer.networks[0]
        let fetcher = server.fetcher(resolver: resolver(names(300), in: [network], good: network))
        let tasks = try await trickle(fetcher, names(300), running: 32, waiting: 268)
        let time = await fetchGood(fetcher)
        print("300 names of one owner drip: a policy from the same network takes \(time)")
        #expect(time < .seconds(1))
        await end(fetcher, tasks)
    }

    @Test func `names of one owner in many networks count together`() async throws {
        let fetcher = server.fetcher(resolver: resolver(names(300), in: PolicyServer.networks))
        let tasks = names(300).map { domain in Task { await fetcher.result(domain: domain) } }
        try await eventually("300 fetches run or wait") { fetcher.engine.load.running + fetcher.engine.load.waiting == 300 }
        // What one network has left bounds what the owner has in all of them.
        #expect((56..<64).contains(fetcher.engine.load.running))
        #expect(await fetchGood(fetcher) < .seconds(1))
        await end(fetcher, tasks)
    }

    @Test func `many domains of one operator that drip hold up none of another`() async throws {
        let fetcher = server.fetcher(resolver: resolver(owners(300), in: [PolicyServer.networks[1]]))
        let tasks = try await trickle(fetcher, owners(300), running: 64, waiting: 236)
        let time = await fetchGood(fetcher)
        print("300 domains of one operator drip: a policy of another takes \(time)")
        #expect(time < .seconds(1))
        await end(fetcher, tasks)
    }

    @Test func `fetches past the bound are made when others end`() async throws {
        let fetcher = server.fetcher {
            $0.mostFetches = 2
            $0.totalTimeout = .seconds(2)
        }
        await withTaskGroup(of: (DomainName, Bool).self) { group in
            for domain in ["drip.test", "silent.test", "good.test", "charset.test", "long.test"] as [DomainName] {
                group.addTask { (domain, await fetcher.result(domain: domain).failure == nil) }
            }
            for await (domain, isFetched) in group {
                #expect(isFetched == !["drip.test", "silent.test"].contains(domain), "\(domain)")
            }
        }
        await fetcher.shutdown()
    }

    @Test func `a fetch that gets no turn is no failure of its host`() async throws {
        let fetcher = server.fetcher {
            $0.mostFetches = 1
            $0.mostWaiting = 1
        }
        let tasks = try await trickle(fetcher, ["silent.test"], running: 1)
        var impatient = PolicyFetchSettings()
        impatient.caFile = server.caFile
        impatient.totalTimeout = .seconds(1)
        fetcher.reconfigure(impatient)
        let waits = try await trickle(fetcher, ["good.test"], running: 1, waiting: 1)
        #expect(await fetcher.result(domain: "charset.test").failure == .notMade("1 fetches wait already"))
        #expect(await waits[0].value.failure == .notMade("no room for the fetch in time: too many others run"))
        #expect(fetcher.engine.load == (1, 0))
        await end(fetcher, tasks)
    }

    @Test func `a fetch that is cancelled leaves its place to the next`() async throws {
        let fetcher = server.fetcher { $0.mostFetches = 1 }
        let running = try await trickle(fetcher, ["silent.test"], running: 1)
        let waiting = try await trickle(fetcher, ["drip.test", "good.test"], running: 1, waiting: 2)
        waiting[0].cancel()
        #expect(await waiting[0].value.failure == .notMade("the fetch was abandoned"))
        running[0].cancel()
        #expect(await running[0].value.failure == .notMade("the fetch was abandoned"))
        #expect(await waiting[1].value.failure == nil)
        try await eventually("none is left") { fetcher.engine.load == (0, 0) }
        await fetcher.shutdown()
        #expect(await fetcher.result(domain: "good.test").failure == .notMade("the fetch was abandoned"))
    }
}
