import Basics
import ConfigurationFile
import FoundationEssentials
import NIOCore
import NIOPosix
import Records
import Reports
import TestSupport
import Testing

@testable import Doctor
@testable import InterceptionRules
@testable import Journal

@Suite struct `The doctor` {
    private let temporary: TemporaryDirectory
    private var directory: String { temporary.path }
    let configuration: Configuration

    init() throws {
        temporary = try TemporaryDirectory()
        configuration = try Configuration.parse(
            """
            [listen]
            address = ["127.0.0.1:1"]
            [upstream]
            mark = 0
            [dns]
            dnssec = "off"
            [journal]
            path = "\(temporary.journal)"
            [admin]
            socket = "\(temporary.socket)"
            [limits]
            sessions = 1
            """)
    }

    private func checkup(_ answer: DaemonAnswer = .notRunning) -> Checkup {
        Checkup(configuration: configuration, version: "1", ask: { _ in answer })
    }

    private static func daemon(
        version: String = "1", listen: [String] = [], journalFailure: String? = nil, journalLost: Int = 0
    ) -> DaemonStatus {
        DaemonStatus(
            version: version, pid: 1, started: Date(timeIntervalSince1970: 0), configuration: nil, enforcement: .enforce, listen: listen,
            sessions: 0, overrides: 0, journalFailure: journalFailure, journalLost: journalLost)
    }

    private func states(_ findings: [Finding]) -> [String: Finding.State] {
        Dictionary(findings.map { ($0.check, $0.state) }, uniquingKeysWith: { first, _ in first })
    }

    @Test func `a machine without a daemon yet`() async throws {
        let states = states(await checkup().findings())
        #expect(states["journal"] == .ok && states["daemon"] == .warn && states["resolver"] == .warn && states["mark"] == .ok)
        #expect(states["open files"] == .ok && states["clock"] == .ok)
    }

    @Test func `the daemon says that it is another release, and that its journal fails`() async throws {
        let daemon = Self.daemon(version: "2", journalFailure: "disk full", journalLost: 3)
        let findings = await checkup(.running(daemon)).findings()
        #expect(states(findings)["daemon"] == .warn && states(findings)["journal"] == .fail && states(findings)["listen"] == .fail)
        #expect(findings.contains { $0.check == "journal" && $0.message == "the daemon cannot write it: disk full" })
    }

    @Test func `a configuration that is wrong is all there is to say`() async throws {
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let path = directory + "/weft.toml"
        try Data("[listen]\naddress = 3\nnonsense = 1\n".utf8).write(to: URL(filePath: path))
        let findings = await Checkup.findings(configuredBy: path, version: "1", ask: { _ in .notRunning })
        #expect(findings.count >= 2 && findings.allSatisfy { $0.check == "configuration" && $0.state == .fail })
    }

    @Test func `a configuration that is good is said, and the machine looked at by it`() async throws {
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let path = directory + "/weft.toml"
        let text = "[dns]\ndnssec = \"off\"\n[admin]\nsocket = \"\(directory)/weft.sock\"\n"
        try Data(text.utf8).write(to: URL(filePath: path))
        let findings = await Checkup.findings(configuredBy: path, version: "1") { $0 == directory + "/weft.sock" ? .unclear : .notRunning }
        #expect(findings.first == .ok("configuration", "\(path) is good"))
        #expect(states(findings)["daemon"] == .fail)
    }

    @Test func `a directory that is missing fails`() async throws {
        try FileManager.default.removeItem(atPath: directory)
        let findings = await checkup().findings()
        #expect(states(findings)["journal"] == .fail)
        #expect(findings.allSatisfy { $0.state == .ok || $0.remedy?.isEmpty == false })
    }

    @Test func `a port that is used, and one that the daemon should listen on`() async throws {
        let channel = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup).bind(host: "127.0.0.1", port: 0).get()
        let port = try #require(channel.localAddress?.port)
        let endpoint = try #require(Configuration.parse("[listen]\naddress = [\"127.0.0.1:\(port)\"]").relay.listen.first)
        let checkup = self.checkup()
        #expect(await checkup.port(endpoint, nil).state == .fail)
        let daemon = Self.daemon(listen: ["127.0.0.1:\(port)"])
        #expect(await checkup.port(endpoint, daemon).state == .ok)
        try await channel.close()
        #expect(await checkup.port(endpoint, nil).state == .ok)
        var other = daemon
        other.listen = []
        #expect(await checkup.port(endpoint, other).state == .fail)
    }

    @Test func `rules that only redirect are told from those that let nothing pass by`() throws {
        let listen = [try #require(Endpoint("127.0.0.1:10025"))]
        let rules = try RedirectRules(listen: listen, mark: 0x57)
        #expect(Checkup.redirect(nftables: rules.nftables, iptables: "").state == .ok)
        #expect(Checkup.redirect(nftables: rules.nftables.replacing("reject with tcp reset", with: ""), iptables: "").state == .fail)
        #expect(Checkup.redirect(nftables: rules.nftables.replacing("zone set", with: ""), iptables: "").state == .fail)
        let chains = rules.restoreText(ipv6: false) + "-A OUTPUT -p tcp -m tcp --dport 25 -j WEFT_OUTPUT\n"
        #expect(Checkup.redirect(nftables: "", iptables: chains).state == .ok)
        #expect(Checkup.redirect(nftables: "", iptables: chains.replacing("--zone-orig", with: "")).state == .fail)
        #expect(Checkup.redirect(nftables: "", iptables: chains.replacing("-j REJECT", with: "-j LOG")).state == .fail)
        #expect(Checkup.redirect(nftables: "", iptables: "-P OUTPUT ACCEPT\n").state == .warn)
    }

    @Test func `a clock that went back is told by the journal`() async throws {
        let made = try #require(RFC3339.date("2026-11-23T08:15:30.250Z"))
        let journal = try Journal(.init(path: temporary.journal), logger: .quiet)
        journal.record(
            .decision(
                DecisionRecord(
                    id: RecordID(high: 0, low: 1), at: made, connection: RecordID(high: 0, low: 2), client: ip("192.0.2.7"),
                    destination: ip("203.0.113.25"), sender: "", recipient: "a@example.net", domain: "example.net", policy: .none,
                    enforcement: .enforce, action: .accept, reason: .noPolicy)))
        try await journal.commit()
        let checkup = self.checkup()
        #expect(await checkup.clock(now: made - 3600).state == .fail)
        #expect(await checkup.clock(now: made).state == .ok)
        #expect(await checkup.clock(now: Date(timeIntervalSince1970: 0)).state == .fail)
        await journal.close()
    }

    @Test func `a finding is a line, and its remedy another`() throws {
        let finding = Finding.fail("journal", "\u{1b}full", "free some")
        #expect(finding.text(.plain) == "fail  journal        \\x1bfull\n                     -> free some\n")
        #expect(
            try finding.json()
                == #"{"check":"journal","message":"\\x1bfull","remedy":"free some","state":"fail"}"#.replacing(#"\\x1b"#, with: #"\u001b"#)
                + "\n")
        #expect(try Finding.ok("disk", "free").json() == #"{"check":"disk","message":"free","remedy":null,"state":"ok"}"# + "\n")
    }
}
