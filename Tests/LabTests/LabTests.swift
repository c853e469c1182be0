import Foundation
import Testing

/// Real mail through Weft on real parts: Postfix, unbound, nftables, signed zones, policy hosts and MX hosts in network namespaces.
/// The lab itself ends any run after 10 minutes.
@Suite(.serialized, .timeLimit(.minutes(12)))
struct LabTests {
    @Test func `the lab has run every scenario of its table`() async throws {
        let rows = try await LabRun.rows.value
        #expect(LabRun.names.count >= 120)
        #expect(rows.keys.sorted() == LabRun.names.sorted())
    }

    @Test func `each scenario names the section of an RFC that says what must come of it`() async throws {
        let unfounded = try await LabRun.rows.value.values.filter { $0.rfc.wholeMatch(of: /RFC \d{4} \d+(\.\d+)*/) == nil }
        #expect(unfounded.map(\.name) == [])
    }

    @Test func `the documentation has the differences to other implementations that the lab knows`() throws {
        #expect(try LabRun.oraclesPage.contains(LabRun.differences))
    }

    @Test(arguments: LabRun.names)
    func `mail is delivered, deferred or bounced as the policy says`(scenario: String) async throws {
        let row = try #require(try await LabRun.rows.value[scenario])
        #expect(row.differences.isEmpty, "\(row)")
    }

    /// Four minutes on two cores, and as steady as the machine is quiet: set WEFT_COMPARE to run it.
    @Test(.enabled(if: ProcessInfo.processInfo.environment["WEFT_COMPARE"] != nil))
    func `mail fares no worse behind Weft than without it`() throws {
        let rows = try LabRun.comparisons()
        #expect(rows.map(\.name) == (try LabRun.comparedNames))
        #expect(rows.count >= 500)
        for row in rows where !row.problems.isEmpty {
            Issue.record("\(row.name): \(row.problems.joined(separator: "\n  "))")
        }
    }
}
