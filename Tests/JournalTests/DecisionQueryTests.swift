import Basics
import Foundation
import Records
import RecordsTesting
import TestSupport
import Testing

@testable import Journal

@Suite struct DecisionQueryTests {
    let directory: TemporaryDirectory
    let reader: JournalReader
    let decisions: [DecisionRecord]

    init() async throws {
        directory = try TemporaryDirectory()
        let journal = try Journal(.init(path: directory.journal), logger: .quiet)
        decisions = (0..<20).map { number in
            var decision = DecisionRecord.sample(at: morning + Double(number), domain: number % 2 == 0 ? "example.com" : "example.net")
            decision.client = ip(number % 5 == 0 ? "192.0.2.5" : "192.0.2.7")
            decision.action = number < 3 ? .defer : .accept
            decision.policy = number == 4 ? .dane : .sts
            decision.sender = number == 6 ? "" : "News@client.example"
            return decision
        }
        for decision in decisions { journal.record(.decision(decision)) }
        try await journal.commit()
        reader = try JournalReader(path: directory.journal)
        await journal.close()
    }

    @Test func `the latest are given in the order they were recorded`() async throws {
        #expect(try await reader.decisions() == decisions)
        #expect(try await reader.decisions(DecisionFilter(limit: 3)) == Array(decisions.suffix(3)))
        #expect(try await reader.decisions(DecisionFilter(limit: 0)).isEmpty)
        #expect(try await reader.decisions(DecisionFilter(limit: -1)).isEmpty)
    }

    @Test(arguments: [
        (DecisionFilter(domain: "example.com"), [0, 2, 4, 6, 8, 10, 12, 14, 16, 18]),
        (DecisionFilter(client: ip("192.0.2.5")), [0, 5, 10, 15]),
        (DecisionFilter(sender: ""), [6]), (DecisionFilter(recipient: "SOMEONE@example.net", limit: 2), [17, 19]),
        (DecisionFilter(sender: "news@client.example", action: .defer), [0, 1, 2]), (DecisionFilter(policy: .dane), [4]),
        (DecisionFilter(since: morning + 17), [17, 18, 19]), (DecisionFilter(until: morning + 2), [0, 1]),
        (DecisionFilter(domain: "example.org"), []), (DecisionFilter(sender: "' OR 1 --"), []),
    ])
    func `each filter restricts`(_ filter: DecisionFilter, _ expected: [Int]) async throws {
        #expect(try await reader.decisions(filter) == expected.map { decisions[$0] })
    }

    @Test func `following begins after the decision last seen and goes on in order`() async throws {
        var seen: [DecisionRecord] = []
        var filter = DecisionFilter(after: decisions[3].id, limit: 6)
        while true {
            let next = try await reader.decisions(filter)
            guard let last = next.last else { break }
            seen += next
            filter.after = last.id
        }
        #expect(seen == Array(decisions.dropFirst(4)))
    }

    @Test func `following goes on after an id that is no longer kept`() async throws {
        #expect(try await reader.decisions(DecisionFilter(after: RecordID(high: 1, low: 0))) == decisions)
        #expect(try await reader.decisions(DecisionFilter(after: RecordID(high: .max, low: 0))).isEmpty)
    }

    @Test func `a beginning shared by several sessions is refused with their ids`() async throws {
        let prefix = String(decisions[0].connection.description.prefix(6))
        await #expect { try await reader.session(prefix) } throws: { error in
            (error as? JournalError)?.kind == .ambiguous && "\(error)".contains(prefix)
        }
    }

    @Test(arguments: ["", "01ABC", "nonsense!", "01ARYZ6S41000000000000000000000"])
    func `what is no beginning of an id is refused`(_ text: String) async throws {
        await #expect { try await reader.session(text) } throws: { ($0 as? JournalError)?.kind == .invalidID }
    }
}
