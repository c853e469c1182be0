import FoundationEssentials
import Records
import RecordsTesting
import TestSupport
import Testing

@testable import Journal

@Suite struct `Following what is decided` {
    let directory: TemporaryDirectory
    let journal: Journal
    let reader: JournalReader

    init() throws {
        directory = try TemporaryDirectory()
        journal = try Journal(.init(path: directory.journal), logger: .quiet)
        reader = try JournalReader(path: directory.journal)
    }

    @discardableResult private func decide(at: Date = morning, _ domain: String = "example.com") async throws -> DecisionRecord {
        let decision = DecisionRecord.sample(at: at, domain: "\(domain)")
        journal.record(.decision(decision))
        try await journal.commit()
        return decision
    }

    @Test func `each comes once, in order, from the last that was seen`() async throws {
        try await decide()
        let filter = DecisionFilter(limit: 1)
        let seen = try await reader.recipients(filter)
        // Made before the feed began, and recorded since what was seen.
        var expected = [try await decide(at: morning + 1).id]
        var feed = DecisionFeed(reader, filter, after: seen, now: morning, pause: .milliseconds(1)).makeAsyncIterator()
        var found = try #require(await feed.next()).map(\.decision.id)
        for number in 2...4 { expected.append(try await decide(at: morning + Double(number)).id) }
        while found.count < expected.count { found += try #require(await feed.next()).map(\.decision.id) }
        #expect(found == expected)
        await journal.close()
    }

    @Test func `where nothing was seen, it begins now, and goes by the filter`() async throws {
        try await decide(at: morning - 60)
        try await decide(at: morning + 60, "other.example")
        let expected = try await decide(at: morning + 61)
        var feed = DecisionFeed(reader, DecisionFilter(domain: "example.com"), after: [], now: morning, pause: .milliseconds(1))
            .makeAsyncIterator()
        #expect(try await feed.next()?.map(\.decision.id) == [expected.id])
        await journal.close()
    }

    @Test func `it ends with its task`() async throws {
        let reader = reader
        let follower = Task {
            for try await _ in DecisionFeed(reader, DecisionFilter(), after: [], now: morning) {}
        }
        follower.cancel()
        await #expect(throws: CancellationError.self) { try await follower.value }
        await journal.close()
    }
}
