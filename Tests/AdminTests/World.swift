import Basics
import DNSTesting
import FoundationEssentials
import Journal
import MTASTS
import MTASTSTesting
import Policy
import Records
import Reports
import TLSTesting
import TestSupport

import class NIOPosix.NIOThreadPool

@testable import Admin

/// The parts of a daemon that requests are about, on a journal of their own.
final class World: Sendable {
    static let status = DaemonStatus(
        version: "1", pid: 4711, started: RFC3339.date("2026-11-23T08:00:00.000Z") ?? .distantPast, configuration: "weft.toml",
        enforcement: .enforce,
        listen: ["127.0.0.1:10025"], sessions: 3, overrides: 0, journalFailure: nil, journalLost: 0)

    static let learned = [
        LearnedFact(address: ip("203.0.113.25"), kind: .missingKeyword, what: "8BITMIME", until: .distantFuture),
        LearnedFact(address: ip("203.0.113.26"), kind: .brokenTLS, what: "closed", until: .distantFuture),
    ]

    let directory: TemporaryDirectory
    let journal: Journal
    let resolver = ScriptedResolver()
    let fetcher = ScriptedPolicyFetcher()
    let policy: PolicyService
    let control: DaemonControl

    init(reload: @escaping DaemonControl.Reload = { .success([]) }) throws {
        directory = try TemporaryDirectory()
        journal = try Journal(.init(path: directory.journal), logger: .quiet)
        let sts = STSService(resolver: resolver, store: JournalPolicyStore(journal), fetcher: fetcher, logger: .quiet)
        // No certificate is checked here, so the pool's threads are never needed.
        policy = PolicyService(
            settings: .init(), resolver: resolver, sts: sts, trust: try TestCertificates.trust(),
            threads: NIOThreadPool(numberOfThreads: 1))
        control = DaemonControl(
            journal: journal, sts: sts, policy: policy, logger: .quiet, reload: reload, status: { Self.status },
            learned: { address in Self.learned.filter { address ?? $0.address == $0.address } })
    }
}
