import Basics
import Foundation
import MTASTS
import Records
import RecordsTesting
import TestSupport
import Testing

@testable import Journal

/// The MTA-STS cache in the journal keeps what ``PolicyStore`` promises.
@Suite struct JournalPolicyStoreTests {
    let directory: TemporaryDirectory
    let journal: Journal
    let store: JournalPolicyStore

    init() throws {
        directory = try TemporaryDirectory()
        journal = try Journal(.init(path: directory.journal, retentionInterval: .seconds(86_400)), logger: .quiet)
        store = JournalPolicyStore(journal)
    }

    private func policy(_ domain: DomainName, maxAge: Int = 604_800, fetchedAt: Date = morning, id: String = "20261123") throws
        -> CachedPolicy
    {
        let text = "version: STSv1\r\nmode: enforce\r\nmx: *.\(domain)\r\nmx: mx.example.org\r\nmax_age: \(maxAge)\r\nnote: caf\u{e9}\r\n"
        let fetched = FetchedPolicy(
            policy: try STSPolicy.parse(Array(text.utf8)), sourceAddress: ip("2001:db8::80"),
            certificateSHA256: String(repeating: "ab", count: 32))
        return CachedPolicy(domain: domain, id: id, fetched: fetched, now: fetchedAt, lastUsed: fetchedAt)
    }

    @Test func `a policy comes back as it was saved, also after a restart`() async throws {
        var saved = try policy("example.net")
        saved.lastError = "HTTP 503"
        saved.lastChecked = morning + 60
        saved.expires = morning + 4711
        try await store.save(saved)
        #expect(try await store.policy(domain: "example.net") == saved)
        #expect(try await store.policy(domain: "example.org") == nil)
        await journal.close()
        let again = try Journal(.init(path: directory.journal), logger: .quiet)
        #expect(try await JournalPolicyStore(again).policy(domain: "example.net") == saved)
        #expect(try await ReadOnlyPolicyStore(reader: JournalReader(path: directory.journal)).policy(domain: "example.net") == saved)
        await again.close()
    }

    @Test func `an expired policy is kept as proof that there was one`() async throws {
        let old = try policy("example.net", maxAge: 60, fetchedAt: morning - 86_400)
        try await store.save(old)
        #expect(try await store.policy(domain: "example.net") == old)
    }

    @Test func `a check without an error leaves the last error, a fetch clears it`() async throws {
        try await store.save(try policy("example.net"))
        try await store.noteChecked(domain: "example.net", at: morning + 60, error: "HTTP 503")
        #expect(try await store.policy(domain: "example.net")?.lastError == "HTTP 503")
        try await store.noteChecked(domain: "example.net", at: morning + 120, error: nil)
        let checked = try await store.policy(domain: "example.net")
        #expect(checked?.lastError == "HTTP 503" && checked?.lastChecked == morning + 120)
        try await store.noteUsed(domain: "example.net", at: morning + 180)
        #expect(try await store.policy(domain: "example.net")?.lastUsed == morning + 180)
        try await store.save(try policy("example.net", fetchedAt: morning + 240))
        #expect(try await store.policy(domain: "example.net")?.lastError == nil)
        // Nothing is made of a domain that has no policy.
        try await store.noteChecked(domain: "example.org", at: morning, error: "HTTP 503")
        try await store.noteUsed(domain: "example.org", at: morning)
        #expect(try await store.policy(domain: "example.org") == nil)
    }

    @Test func `policies that are due come in pages by domain`() async throws {
        // Half of two days is the day after which each is due, up to a tenth earlier.
        for number in 0..<250 { try await store.save(try policy("d\(1000 + number).test", maxAge: 172_800)) }
        try await store.save(try policy("a.fresh.test", fetchedAt: morning + 70_000))
        try await store.save(try policy("b.expired.test", maxAge: 60, fetchedAt: morning - 86_400))
        // Fetched when the clock was ahead.
        try await store.save(try policy("e.future.test", fetchedAt: morning + 900_000))
        #expect(
            try await store.policiesDue(at: morning + 77_000, after: nil, limit: 10).map(\.domain) == [
                "e.future.test"
            ])
        let now = morning + 86_400
        var last: DomainName?
        var all: [DomainName] = []
        while true {
            let page = try await store.policiesDue(at: now, after: last, limit: 100)
            #expect(page.count <= 100 && page.allSatisfy { $0.refreshAt <= now || $0.fetchedAt > now })
            guard let end = page.last?.domain else { break }
            all += page.map(\.domain)
            last = end
        }
        #expect(all == (0..<250).map { "d\(1000 + $0).test" } + ["e.future.test"])
        // Between nine tenths of the interval and all of it, each is due at its own time.
        let some = try await store.policiesDue(at: morning + 82_000, after: "d", limit: 1000)
        #expect((50..<200).contains(some.count) && some.allSatisfy { $0.refreshAt <= morning + 82_000 || $0.fetchedAt > morning })
    }

    @Test func `all times move along with the clock`() async throws {
        let before = try policy("example.net")
        try await store.save(before)
        try await store.moveTimes(by: -7200.5)
        let after = try #require(try await store.policy(domain: "example.net"))
        #expect(after.fetchedAt == before.fetchedAt - 7200.5 && after.expires == before.expires - 7200.5)
        #expect(after.lastChecked == before.lastChecked - 7200.5 && after.lastUsed == before.lastUsed - 7200.5)
    }

    @Test func `a store that cannot answer says so, unless mail is to go on without it`() async throws {
        try await store.save(try policy("example.net"))
        await journal.close()
        await #expect(throws: (any Error).self) { try await store.policy(domain: "example.net") }
        let tolerant = JournalPolicyStore(journal, toleratesFailure: { true })
        #expect(try await tolerant.policy(domain: "example.net") == nil)
        await #expect(throws: (any Error).self) { try await tolerant.save(try policy("example.net")) }
    }

    @Test func `a row that is no policy is not taken for a domain without one`() async throws {
        var row = PolicyRow(try policy("example.net"))
        row.text = "damaged"
        try await journal.savePolicy(row)
        await #expect(throws: (any Error).self) { try await store.policy(domain: "example.net") }
        #expect(try await JournalPolicyStore(journal, toleratesFailure: { true }).policy(domain: "example.net") == nil)
        // One such row does not keep the others from being refreshed.
        try await store.save(try policy("z.test", maxAge: 600))
        #expect(
            try await store.policiesDue(at: morning + 599, after: nil, limit: 10).map(\.domain) == ["z.test"])
    }
}
