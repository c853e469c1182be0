import ConfigurationFile
import FoundationEssentials
import Glibc
import Journal
import Records
import Reports
import TLS

/// Looks at everything that Weft needs of a machine. Changes nothing.
package struct Checkup {
    let configuration: Configuration
    /// The release of the command that asks.
    let version: String
    /// Asks the daemon at a control socket how it is.
    let ask: @Sendable (_ socket: String) async -> DaemonAnswer
    /// A name that is signed and valid, to be found secure.
    var signedName: String?
    /// A name whose signatures are wrong, to be found bogus.
    var bogusName: String?

    package init(
        configuration: Configuration, version: String, signedName: String? = nil, bogusName: String? = nil,
        ask: @escaping @Sendable (_ socket: String) async -> DaemonAnswer
    ) {
        self.ask = ask
        self.configuration = configuration
        self.version = version
        self.signedName = signedName
        self.bogusName = bogusName
    }

    /// All checks in the order in which they are worth mending.
    package func findings() async -> [Finding] {
        let (daemon, control) = await askDaemon()
        var findings = [trust()]
        findings += await journal(daemon)
        findings += await resolvers()
        findings.append(mark())
        for endpoint in configuration.relay.listen { findings.append(await port(endpoint, daemon)) }
        findings += [redirect(), fileLimit(daemon), await clock(now: Date()), control]
        return findings
    }

    // MARK: The daemon

    private func askDaemon() async -> (DaemonStatus?, Finding) {
        let check = "daemon"
        let path = configuration.admin.socket
        switch await ask(path) {
        case .running(let state) where state.version != version:
            let remedy = "restart it: systemctl restart weft"
            return (state, .warn(check, "it runs version \(state.version), this command is \(version)", remedy))
        case .running(let state):
            return (state, .ok(check, "process \(state.pid) answers on \(path), \(Human.count(state.sessions, "session"))"))
        case .unclear:
            return (nil, .fail(check, "it answers on \(path), but does not say how it is", "restart it"))
        case .notRunning:
            return (nil, .warn(check, "none answers on \(path)", "start it: systemctl start weft; or see [admin] socket in its log"))
        case .unreachable(let why):
            return (nil, .warn(check, why, "run weft doctor as root"))
        }
    }

    // MARK: Files

    private func trust() -> Finding {
        do {
            let store = try TrustStore(configuration.tls.trust)
            return .ok("trust store", "\(Human.count(store.certificateCount, "root certificate")) in \(store.path)")
        } catch {
            return .fail("trust store", error.description, "install ca-certificates, or name a PEM file in [tls] trust")
        }
    }

    private func journal(_ daemon: DaemonStatus?) async -> [Finding] {
        let check = "journal"
        let path = configuration.journal.path
        var findings: [Finding] = []
        if let failure = daemon?.journalFailure {
            findings.append(.fail(check, "the daemon cannot write it: \(failure)", "see [journal]; mail is handled by on-journal-failure"))
        } else if let daemon, daemon.journalLost > 0 {
            findings.append(.warn(check, "\(daemon.journalLost) events were lost since the daemon started", "see its log for the reason"))
        }
        do throws(ConfigurationError) {
            try configuration.checkEnvironment()
        } catch {
            for problem in error.problems where problem.section == "[journal]" {
                findings.append(
                    .fail(check, "user \(geteuid()): \(problem.message)", "create the directory, owned by the user that Weft runs as"))
            }
        }
        do {
            let reader = try JournalReader(path: path)
            let last = try await reader.recipients(DecisionFilter(limit: 1)).first?.decision
            let age = last.map { "the last decision was made \(Human.relative($0.at, to: Date()))" } ?? "no decision yet"
            if findings.isEmpty { findings.append(.ok(check, "\(path): \(age)")) }
        } catch  where error.kind == .missing {
            if findings.isEmpty { findings.append(.ok(check, "\(path) does not exist yet; weft serve makes it")) }
        } catch {
            findings.append(.fail(check, error.description, "see docs/journal.md"))
        }
        return findings + [space(path)].compactMap { $0 }
    }

    /// Room on the journal's disk: nil when it cannot be told.
    private func space(_ path: String) -> Finding? {
        let parent = path[..<(path.lastIndex(of: "/") ?? path.startIndex)]
        var status = statvfs()
        guard statvfs(parent.isEmpty ? "/" : String(parent), &status) == 0 else { return nil }
        let (free, overflow) = Int(clamping: status.f_bavail).multipliedReportingOverflow(by: Int(clamping: status.f_frsize))
        if overflow || free >= 1 << 30 { return .ok("disk", "\(Human.size(overflow ? .max : free)) free for the journal") }
        let remedy = "free some, or set [journal] max-size lower"
        if free < 64 << 20 { return .fail("disk", "only \(Human.size(free)) free for the journal", remedy) }
        return .warn("disk", "only \(Human.size(free)) free for the journal", remedy)
    }
}
