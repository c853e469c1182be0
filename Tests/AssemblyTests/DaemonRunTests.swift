import Admin
import Basics
import ConfigurationFile
import FoundationEssentials
import NIOCore
import NIOPosix
import Relay
import Reports
import TestSupport
import Testing

@testable import Assembly

/// The whole life of a daemon, with its orders from a test in place of signals.
@Suite struct `The life of a daemon` {
    let directory: TemporaryDirectory
    let listen: Endpoint

    init() async throws {
        directory = try TemporaryDirectory()
        listen = try await House.freeEndpoint()
        try write("")
    }

    private var file: String { directory.path + "/weft.toml" }

    private func write(_ text: String, drain: String = "1s") throws {
        try Data(
            """
            \(text)
            [listen]
            address = ["\(listen)"]
            [upstream]
            mark = 0
            [dns]
            resolvers = ["127.0.0.1:1"]
            dnssec = "off"
            [journal]
            path = "\(directory.journal)"
            [admin]
            socket = "\(directory.socket)"
            [timeouts]
            drain = "\(drain)"
            """.utf8
        ).write(to: URL(filePath: file))
    }

    /// Runs a daemon beside `body`, which is given what it is told by, and waits for its end.
    private func run(
        _ log: LogRecorder = LogRecorder(), interception: (any Interception)? = nil,
        _ body: (AsyncStream<DaemonOrder>.Continuation) async throws -> Void
    ) async throws {
        let (orders, continuation) = AsyncStream<DaemonOrder>.makeStream()
        let file = file
        let life = Task {
            try await Daemon.run(configuredBy: file, version: "1", orders: orders, interception: interception, logger: log.logger)
        }
        do { try await body(continuation) } catch {
            continuation.finish()
            try await life.value
            throw error
        }
        try await life.value
    }

    /// What the daemon says of itself; nil when none answers.
    private func status() async -> DaemonStatus? {
        try? await ControlClient(path: directory.socket).status()
    }

    /// Whether something listens where the daemon should.
    private func isListening() async -> Bool {
        await (try? Client(listen)) != nil
    }

    /// Files of the journal that this process has open.
    private func openFiles() -> [String] {
        let descriptors = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
        return descriptors.compactMap { try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/" + $0) }
            .filter { $0.hasPrefix(directory.path) }
    }

    @Test func `it listens and answers until it is told to stop, then nothing of it is left`() async throws {
        try await run { orders in
            try await eventually("it answers") { await status() != nil }
            let state = await status()
            #expect(state?.version == "1" && state?.configuration == file && state?.listen == [listen.description])
            #expect(await isListening())
            orders.yield(.stop)
        }
        #expect(await status() == nil)
        #expect(await !isListening())
        #expect(!FileManager.default.fileExists(atPath: directory.socket))
        #expect(openFiles().isEmpty)
    }

    @Test func `a second order to stop ends what still runs`() async throws {
        try write("", drain: "30s")
        // Says nothing: a session waits for its greeting for minutes.
        let silent = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup).bind(host: "127.0.0.1", port: 0).get()
        let destination = try #require(silent.localAddress.flatMap(Endpoint.init))
        let start = ContinuousClock.now
        try await run(interception: FixedDestination(destination: destination)) { orders in
            try await eventually("it answers") { await status() != nil }
            let client = try await Client(listen)
            try await eventually("it is served") { await status()?.sessions == 1 }
            orders.yield(.stop)
            try await eventually("it stops") { await !isListening() }
            orders.yield(.stop)
            #expect(try await client.line() == "421 4.3.2 Weft is stopping; try again")
        }
        #expect(ContinuousClock.now - start < .seconds(20))
        try await silent.close()
    }

    @Test func `a reload takes over the file as it is then, and a bad one changes nothing`() async throws {
        let log = LogRecorder()
        try await run(log) { orders in
            try await eventually("it answers") { await status()?.enforcement == .enforce }
            try write("[policy]\nenforcement = \"report\"")
            orders.yield(.reload)
            try await eventually("it reports") { await status()?.enforcement == .report }
            try write("[policy]\nenforcement = \"perhaps\"")
            orders.yield(.reload)
            try await eventually("it says so") { log.lines.contains { $0.hasPrefix("error: configuration not taken over") } }
            #expect(await status()?.enforcement == .report)
            orders.yield(.stop)
        }
        #expect(await status() == nil)
    }

    @Test func `one whom nobody can tell anything any more stops`() async throws {
        try await run { orders in
            try await eventually("it answers") { await status() != nil }
            orders.finish()
        }
        #expect(await !isListening())
    }

    @Test func `a control socket that cannot be had stops everything again`() async throws {
        try Data("precious".utf8).write(to: URL(filePath: directory.socket))
        let error = await #expect(throws: ConfigurationError.self) { try await run { _ in } }
        #expect(error?.problems.map(\.section) == ["[admin]"] && error?.problems.map(\.key) == ["socket"])
        #expect(await !isListening())
        #expect(openFiles().isEmpty)
        #expect(try Data(contentsOf: URL(filePath: directory.socket)) == Data("precious".utf8))
    }

    @Test func `without a directory for its control socket it runs all the same`() async throws {
        let elsewhere = directory.path + "/none/weft.sock"
        let text = String(decoding: try Data(contentsOf: URL(filePath: file)), as: UTF8.self)
        try Data(text.replacing(directory.socket, with: elsewhere).utf8).write(to: URL(filePath: file))
        try await run { orders in
            try await eventually("it listens") { await isListening() }
            orders.yield(.stop)
        }
        #expect(await !isListening())
    }

    @Test func `a file with errors starts nothing`() async throws {
        try write("[limits]\nline = 1")
        await #expect(throws: ConfigurationError.self) { try await run { _ in } }
        #expect(!FileManager.default.fileExists(atPath: directory.journal))
    }
}
