import FoundationEssentials
import Glibc
import NIOCore
import NIOPosix
import Reports
import TestSupport
import Testing

/// The daemon as a process, under the signals of a service manager.
@Suite struct `The daemon as it was built` {
    let program: Program

    init() throws {
        program = try Program()
    }

    private func writeConfiguration(_ text: String = "") async throws {
        let channel = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup).bind(host: "127.0.0.1", port: 0).get()
        let port = try #require(channel.localAddress?.port)
        try await channel.close()
        try program.write(
            """
            [listen]
            address = ["127.0.0.1:\(port)"]
            [upstream]
            mark = 0
            [dns]
            resolvers = ["127.0.0.1:1"]
            dnssec = "off"
            [journal]
            path = "\(program.directory.journal)"
            [admin]
            socket = "\(program.directory.socket)"
            [timeouts]
            drain = "1s"
            \(text)
            """, to: "weft.toml")
    }

    private func status() -> DaemonStatus? {
        guard let run = try? program.run("status", "--socket", program.directory.socket, "--json", shell: #""$@" >output 2>/dev/null"#)
        else {
            return nil
        }
        return try? jsonValue(DaemonStatus.self, of: run.output.utf8)
    }

    @Test func `it is asked, reloaded and stopped`() async throws {
        try await writeConfiguration()
        let daemon = try program.start(["serve", "--config", "weft.toml"], shell: #"exec "$@" >daemon.output 2>daemon.errors"#)
        defer { daemon.terminate() }
        try await eventually("it answers", within: .seconds(20)) { status() != nil }
        let state = try #require(status())
        #expect(state.configuration == "weft.toml" && state.enforcement == .enforce)

        try await writeConfiguration("[policy]\nenforcement = \"report\"")
        #expect(kill(pid_t(state.pid), SIGHUP) == 0)
        try await eventually("it reports", within: .seconds(20)) { status()?.enforcement == .report }

        let reload = try program.run("reload", "--socket", program.directory.socket, "--json")
        #expect(reload.status == 0 && reload.lines.count == 1)
        #expect(reload.output.hasPrefix("{\"warnings\":[\"[listen] address changed"))
        #expect(reload.errors.hasPrefix("weft: warning: [listen] address changed"))

        daemon.terminate()
        #expect(daemon.waitUntilExit() == 0)
        #expect(program.text(of: "daemon.output") == "")
        #expect(program.text(of: "daemon.errors").hasSuffix("stopped\n"))
        #expect(status() == nil)
    }

    @Test func `without standard streams none of its sockets takes their place`() async throws {
        try await writeConfiguration()
        let daemon = try program.start(["serve", "--config", "weft.toml"], shell: #"exec "$@" <&- >&- 2>&-"#)
        defer { daemon.terminate() }
        try await eventually("it answers", within: .seconds(20)) { status() != nil }
        let state = try #require(status())
        for stream in 0...2 {
            #expect(try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(state.pid)/fd/\(stream)") == "/dev/null")
        }
        daemon.terminate()
        #expect(daemon.waitUntilExit() == 0)
    }

    @Test func `an override that is made holds for weft check, until it is removed`() async throws {
        try await writeConfiguration()
        let daemon = try program.start(["serve", "--config", "weft.toml"], shell: #"exec "$@" >daemon.output 2>daemon.errors"#)
        defer { daemon.terminate() }
        try await eventually("it answers", within: .seconds(20)) { status() != nil }
        let configuration = "--config=weft.toml"
        #expect(try program.run("check", "example.net", configuration).status == 1)

        let made = try program.run("override", "add", "example.net", "--until", "2h", "--reason", "ticket 4711", configuration)
        #expect(made.status == 0 && made.errors == "" && made.output.hasPrefix("example.net is exempted until "))
        #expect(made.output.hasSuffix("UTC (in 2h)\n"))
        let check = try program.run("check", "example.net", configuration)
        #expect(check.status == 0 && check.output.contains("ticket 4711"))

        let removed = try program.run("override", "remove", "example.net", configuration, "--json")
        #expect(removed.status == 0 && removed.output == "{\"domain\":\"example.net\",\"found\":true}\n")
        let again = try program.run("override", "remove", "example.net", configuration)
        #expect(again.status == 1 && again.output == "" && again.errors == "weft: no override of example.net is in force\n")
        #expect(try program.run("check", "example.net", configuration).status == 1)
        daemon.terminate()
        #expect(daemon.waitUntilExit() == 0)
    }
}
