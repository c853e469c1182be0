import ConfigurationFile
import FoundationEssentials
import Glibc
import TestSupport
import Testing

@testable import Assembly

/// What cannot be had is one error that names its line, and leaves nothing running.
@Suite struct `Starting a daemon` {
    private let temporary: TemporaryDirectory
    private var directory: String { temporary.path }

    init() throws {
        temporary = try TemporaryDirectory()
    }

    private func configuration(listen: String = "127.0.0.1:10025", trust: String = "system", journal: String? = nil) throws -> Configuration
    {
        try Configuration.parse(
            """
            [listen]
            address = ["\(listen)"]
            [upstream]
            mark = 0
            [dns]
            resolvers = ["127.0.0.1:1"]
            dnssec = "off"
            [tls]
            trust = "\(trust)"
            [journal]
            path = "\(journal ?? temporary.journal)"
            """, file: "weft.toml")
    }

    private func problem(of configuration: Configuration) async -> ConfigurationError.Problem? {
        do {
            let daemon = try await Daemon.start(configuration, logger: .quiet)
            await daemon.relay.drain()
            await daemon.stop()
            return nil
        } catch {
            return error.problems.count == 1 ? error.problems[0] : nil
        }
    }

    /// What this process has open.
    private func openFiles() -> [String] {
        let descriptors = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
        return descriptors.compactMap { try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/" + $0) }
    }

    @Test func `an address that is no address of this machine`() async throws {
        let problem = try #require(await problem(of: configuration(listen: "192.0.2.1:10025")))
        #expect(problem.file == "weft.toml" && problem.line == 2 && problem.section == "[listen]")
        #expect(!openFiles().contains { $0.hasPrefix(directory) }, "the journal is closed")
    }

    @Test func `a trust file that is not there`() async throws {
        let problem = try #require(await problem(of: configuration(trust: directory + "/none.pem")))
        #expect(problem.file == "weft.toml" && problem.line == 9 && problem.section == "[tls]" && problem.key == "trust")
        #expect(!FileManager.default.fileExists(atPath: temporary.journal), "nothing was begun")
    }

    @Test func `a journal in a directory that is not there`() async throws {
        let problem = try #require(await problem(of: configuration(journal: directory + "/none/journal.db")))
        #expect(problem.file == "weft.toml" && problem.line == 11 && problem.section == "[journal]" && problem.key == "path")
    }
}
