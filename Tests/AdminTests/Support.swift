import Basics
import DNS
import Foundation
import Journal
import Logging
import MTASTS
import Policy
import Synchronization
import TLS
import TestSupport

import class NIOPosix.NIOThreadPool

@testable import Admin

/// A directory that is deleted with its last reference. Its path is short: a socket's may have 107 octets.
final class TemporaryDirectory: Sendable {
    let path: String

    init() throws {
        path = "/tmp/admin-" + String(UInt64.random(in: .min ... .max), radix: 36)
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    var socket: String { path + "/weft.sock" }
    var journal: String { path + "/journal.db" }
}

let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

/// Says of every domain what one has set.
final class Network: DNS.Resolver, PolicyFetching {
    let txt = Mutex<String?>(nil)
    let policy = Mutex<Result<String, STSFailure>>(.failure(STSFailure(.fetchError, "HTTP 404")))

    func set(_ id: String?, policy text: String? = nil) {
        txt.withLock { $0 = id.map { "v=STSv1; id=\($0)" } }
        policy.withLock { $0 = text.map { .success($0) } ?? .failure(STSFailure(.fetchError, "HTTP 404")) }
    }

    func txt(_ name: DomainName, refresh: Bool) async throws(DNSFailure) -> DNSAnswer<[UInt8]> {
        let record = txt.withLock { $0 }
        return DNSAnswer(
            name: name, status: .insecure, outcome: record.map { .records([Array($0.utf8)]) } ?? .noData, ttl: 300)
    }

    func fetch(domain: DomainName) async throws(FetchError) -> FetchedPolicy {
        let text = try policy.withLock { $0 }.get()
        do throws(STSPolicyError) {
            return FetchedPolicy(policy: try STSPolicy.parse(Array(text.utf8)))
        } catch {
            throw STSFailure(.policyInvalid, error.description)
        }
    }

    func mx(_ name: DomainName, refresh: Bool) async throws(DNSFailure) -> DNSAnswer<MXRecord> { throw DNSFailure(.timeout, "") }
    func addresses(_ name: DomainName, family: AddressFamily, refresh: Bool) async throws(DNSFailure) -> DNSAnswer<IPAddress> {
        throw DNSFailure(.timeout, "")
    }
    func tlsa(_ name: DomainName, refresh: Bool) async throws(DNSFailure) -> DNSAnswer<TLSARecord> { throw DNSFailure(.timeout, "") }
    func cname(_ name: DomainName, refresh: Bool) async throws(DNSFailure) -> DNSAnswer<DomainName> { throw DNSFailure(.timeout, "") }
}

/// The parts of a daemon that requests are about, on a journal of their own.
final class World: Sendable {
    static let status = DaemonStatus(
        version: "1", pid: 4711, started: "2026-11-23T08:00:00.000Z", configuration: "weft.toml", enforcement: "enforce",
        listen: ["127.0.0.1:10025"], sessions: 3, overrides: 0, journalFailure: nil, journalLost: 0)

    let directory: TemporaryDirectory
    let journal: Journal
    let network = Network()
    let policy: PolicyService
    let control: DaemonControl

    init(reload: @escaping DaemonControl.Reload = { .success([]) }) throws {
        directory = try TemporaryDirectory()
        journal = try Journal(.init(path: directory.journal), logger: silent)
        let sts = STSService(resolver: network, store: JournalPolicyStore(journal), fetcher: network, logger: silent)
        let root = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3).joined(separator: "/")
        // No certificate is checked here, so the pool's threads are never needed.
        policy = PolicyService(
            settings: .init(), resolver: network, sts: sts, trust: try TrustStore(.pem(root + "/TestCerts/root.pem")),
            threads: NIOThreadPool(numberOfThreads: 1))
        control = DaemonControl(
            journal: journal, sts: sts, policy: policy, logger: silent, reload: reload, status: { Self.status })
    }
}
