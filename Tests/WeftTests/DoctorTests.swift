import Admin
import ConfigurationFile
import FoundationEssentials
import NIOCore
import NIOPosix
import Testing

@testable import Journal
@testable import weft

@Suite struct `The doctor` {
    let directory: String
    let configuration: Configuration

    init() throws {
        directory = "/tmp/weft-doctor-" + String(UInt64.random(in: .min ... .max), radix: 36)
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        configuration = try Configuration.parse(
            """
            [listen]
            address = ["127.0.0.1:1"]
            [upstream]
            mark = 0
            [dns]
            dnssec = "off"
            [journal]
            path = "\(directory)/journal.db"
            [admin]
            socket = "\(directory)/weft.sock"
            [limits]
            sessions = 1
            """)
    }

    private func states(_ findings: [Finding]) -> [String: Finding.State] {
        Dictionary(findings.map { ($0.check, $0.state) }, uniquingKeysWith: { first, _ in first })
    }

    @Test func `a machine without a daemon yet`() async throws {
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let states = states(await Doctor(configuration: configuration).findings())
        #expect(states["journal"] == .ok && states["daemon"] == .warn && states["resolver"] == .warn && states["mark"] == .ok)
        #expect(states["open files"] == .ok && states["clock"] == .ok)
    }

    @Test func `a directory that is missing fails`() async throws {
        try FileManager.default.removeItem(atPath: directory)
        let findings = await Doctor(configuration: configuration).findings()
        #expect(states(findings)["journal"] == .fail)
        #expect(findings.allSatisfy { $0.state == .ok || $0.remedy?.isEmpty == false })
    }

    @Test func `a port that is used, and one that the daemon should listen on`() async throws {
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let channel = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup).bind(host: "127.0.0.1", port: 0).get()
        let port = try #require(channel.localAddress?.port)
        let endpoint = try #require(Configuration.parse("[listen]\naddress = [\"127.0.0.1:\(port)\"]").listen.addresses.first)
        let doctor = Doctor(configuration: configuration)
        #expect(await doctor.port(endpoint, nil).state == .fail)
        let daemon = DaemonStatus(
            version: "1", pid: 1, started: "", configuration: "", enforcement: "enforce", listen: ["127.0.0.1:\(port)"], sessions: 0,
            overrides: 0, journalFailure: nil, journalLost: 0)
        #expect(await doctor.port(endpoint, daemon).state == .ok)
        try await channel.close()
        #expect(await doctor.port(endpoint, nil).state == .ok)
        var other = daemon
        other.listen = []
        #expect(await doctor.port(endpoint, other).state == .fail)
    }

    @Test func `a clock that went back is told by the journal`() async throws {
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let journal = try Journal(.init(path: directory + "/journal.db"), logger: .init(label: "test"))
        journal.record(.decision(try Fixture.deferral()))
        try await journal.commit()
        let doctor = Doctor(configuration: configuration)
        #expect(await doctor.clock(now: Fixture.start - 3600).state == .fail)
        #expect(await doctor.clock(now: Fixture.start).state == .ok)
        #expect(await doctor.clock(now: Date(timeIntervalSince1970: 0)).state == .fail)
        await journal.close()
    }

    @Test func `a finding is a line, and its remedy another`() throws {
        let finding = Finding.fail("journal", "\u{1b}full", "free some")
        #expect(finding.text(.plain) == "fail  journal        \\x1bfull\n                     -> free some\n")
        #expect(try jsonLine(finding).contains("\"state\":\"fail\""))
    }

    @Test func `a configuration that is wrong is all there is to say`() async throws {
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try Data("[listen]\naddress = 3\nnonsense = 1\n".utf8).write(to: URL(filePath: directory + "/weft.toml"))
        let command = try DoctorCommand.parse(["--config", directory + "/weft.toml"])
        let findings = await command.findings()
        #expect(findings.count >= 2 && findings.allSatisfy { $0.check == "configuration" && $0.state == .fail })
    }
}
