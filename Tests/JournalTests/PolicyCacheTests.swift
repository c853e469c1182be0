import Foundation
import Records
import RecordsTesting
import TestSupport
import Testing

@testable import Journal

@Suite struct PolicyCacheTests {
    let directory: TemporaryDirectory
    let journal: Journal
    let policy = PolicyRow(
        domain: "example.com", policyID: "1", mode: .enforce, text: "version: STSv1\r\nmode: enforce\r\n", mx: ["*.example.com"],
        maxAge: 86_400, fetchedAt: morning, expires: morning + 86_400, lastChecked: morning, sourceAddress: ip("203.0.113.80"),
        certificateSHA256: "cd")

    init() throws {
        directory = try TemporaryDirectory()
        journal = try Journal(.init(path: directory.journal), logger: .quiet)
    }

    @Test func `a policy survives a restart`() async throws {
        try await journal.savePolicy(policy)
        #expect(try await journal.policy(domain: "example.com") == policy)
        await journal.close()
        let again = try Journal(.init(path: directory.journal), logger: .quiet)
        #expect(try await again.policy(domain: "example.com") == policy)
        #expect(try await again.policy(domain: "example.net") == nil)
    }

    @Test func `history gets a row when the text or the id changes, not when it is fetched again`() async throws {
        try await journal.savePolicy(policy)
        var next = policy
        next.fetchedAt = morning + 3600
        next.expires = morning + 90_000
        try await journal.savePolicy(next)
        #expect(try await journal.policy(domain: "example.com") == next)
        next.policyID = "2"
        try await journal.savePolicy(next)
        next.text = "version: STSv1\r\nmode: none\r\n"
        next.mode = .none
        try await journal.savePolicy(next)
        #expect(try await journal.forgetPolicy(domain: "example.com"))
        #expect(try await journal.forgetPolicy(domain: "example.com") == false)
        let history = try await JournalReader(path: directory.journal).policyHistory("example.com")
        #expect(history.map(\.policyID) == ["1", "2", "2"])
        #expect(history.map(\.mode) == [STSMode.enforce, .enforce, .none])
        #expect(history.first?.fetchedAt == morning)
    }

    @Test func `a failed check leaves the policy and its expiry as they are`() async throws {
        try await journal.savePolicy(policy)
        try await journal.notePolicyChecked(domain: "example.com", at: morning + 60, error: "HTTP 503")
        try await journal.notePoliciesUsed(domains: ["example.com", "example.net"], at: morning + 61)
        var expected = policy
        expected.lastChecked = morning + 60
        expected.lastError = "HTTP 503"
        expected.lastUsed = morning + 61
        #expect(try await journal.policy(domain: "example.com") == expected)
        try await journal.notePolicyChecked(domain: "example.com", at: morning + 120, error: nil)
        #expect(try await journal.policy(domain: "example.com")?.lastError == "HTTP 503")
        #expect(try await journal.policy(domain: "example.com")?.lastChecked == morning + 120)
        try await journal.savePolicy(policy)
        #expect(try await journal.policy(domain: "example.com")?.lastError == nil)
    }

    @Test func `only policies that have not expired are live`() async throws {
        var long = policy
        long.domain = "example.net"
        long.expires = morning + 1_000_000
        try await journal.savePolicy(long)
        try await journal.savePolicy(policy)
        #expect(try await journal.livePolicies(at: morning).map(\.domain) == ["example.com", "example.net"])
        #expect(try await journal.livePolicies(at: policy.expires).map(\.domain) == ["example.net"])
        #expect(try await journal.livePolicies(at: morning, after: nil, limit: 1).map(\.domain) == ["example.com"])
        #expect(try await journal.livePolicies(at: morning, after: "example.com", limit: 2).map(\.domain) == ["example.net"])
        #expect(try await journal.livePolicies(at: policy.expires, after: nil, limit: 2).map(\.domain) == ["example.net"])
        let reader = try JournalReader(path: directory.journal)
        #expect(try await reader.policies(now: policy.expires) == [long])
        #expect(try await reader.policies(includeExpired: true, now: policy.expires) == [policy, long])
        #expect(try await reader.policy("example.com") == policy)
    }
}
