import Foundation
import Glibc
import NIOCore
import NIOPosix
import Reports
import TestSupport
import Testing

@testable import Admin

@Suite struct `The control socket` {
    let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    /// A server that answers who asked, and what.
    private func echo(path: String? = nil) async throws -> ControlServer {
        try await ControlServer.start(
            path: path ?? directory.socket, group: .singletonMultiThreadedEventLoopGroup, logger: .quiet,
            handler: { request, who in .reload(ReloadOutcome(warnings: [who, "\(request)"])) })
    }

    /// Sends octets as they are and returns everything that comes back.
    private func exchange(_ chunks: [String]) async throws -> String {
        let client = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .connect(unixDomainSocketPath: directory.socket) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(
                        wrappingChannelSynchronously: channel, configuration: .init(isOutboundHalfClosureEnabled: true))
                }
            }
        return try await client.executeThenClose { inbound, outbound in
            for chunk in chunks { try await outbound.write(ByteBuffer(string: chunk)) }
            outbound.finish()
            var received = ByteBuffer()
            do { for try await chunk in inbound { received.writeImmutableBuffer(chunk) } } catch {}
            return String(buffer: received)
        }
    }

    private func kind(_ body: () async throws -> Void) async -> AdminError.Kind? {
        do { try await body() } catch { return (error as? AdminError)?.kind }
        return nil
    }

    @Test func `every request arrives as it was sent, with who sent it`() async throws {
        let server = try await echo()
        let client = ControlClient(path: directory.socket)
        let until = Date(timeIntervalSince1970: 1_800_000_000)
        let requests: [ControlRequest] = [
            .addOverride(domain: "a.example", until: until, reason: "why \"so\" \u{1F9F6}"),
            .addOverride(domain: "a.example", kind: .encrypted, until: until, reason: "why"), .removeOverride(domain: "a.example"),
            .refreshPolicy(domain: "b.example"), .forgetPolicy(domain: "c.example"), .reload, .status, .learned(address: nil),
            .learned(address: "203.0.113.25"),
        ]
        let me = Caller.name(geteuid(), for: nil)
        for request in requests { #expect(try await client.send(request).warnings == [me, "\(request)"]) }
        #expect(try await ControlClient(path: directory.socket, user: "alice").send(.status).warnings?.first == "\(me), for alice")
        #expect(try await ControlClient(path: directory.socket, user: "a\u{1b}lice\n").send(.status).warnings?.first == me)
        await server.stop()
    }

    @Test(arguments: [1, 2, 3, 5, 1000])
    func `requests in pieces are put together, and several of one client are answered in order`(size: Int) async throws {
        let server = try await echo()
        let text = Array("{\"command\":\"status\"}\n{\"command\":\"reload\"}\nnonsense\n{\"command\":\"override-add\"}\n")
        let chunks = stride(from: 0, to: text.count, by: size).map { String(text[$0..<min($0 + size, text.count)]) }
        let replies = try await exchange(chunks).split(separator: "\n")
        try #require(replies.count == 4)
        #expect(replies[0].contains("status") && replies[1].contains("reload"))
        #expect(replies[2].contains("not understood") && replies[3].contains("lacks something"))
        await server.stop()
    }

    @Test func `a request that is too long is refused, with or without an end`() async throws {
        let server = try await echo()
        for tail in ["", "\n"] {
            let reply = try await exchange([String(repeating: "x", count: ControlServer.longestRequest + 1) + tail])
            #expect(reply == "" || reply.contains("too long"))
        }
        #expect(try await ControlClient(path: directory.socket).send(.status).warnings != nil)
        await server.stop()
    }

    @Test func `more clients than may are told so, and there is room again when they leave`() async throws {
        let gate = Gate(isOpen: false)
        let server = try await ControlServer.start(
            path: directory.socket, group: .singletonMultiThreadedEventLoopGroup, logger: .quiet,
            handler: { request, _ in
                if request == .reload { await gate.pass() }
                return .status(World.status)
            })
        let client = ControlClient(path: directory.socket)
        try await withThrowingTaskGroup(of: ControlReply.self) { group in
            for _ in 0..<ControlServer.mostClients { group.addTask { try await client.send(.reload) } }
            await gate.arrived(ControlServer.mostClients)
            #expect(await kind { _ = try await client.send(.status) } != nil)
            gate.open()
            for try await reply in group { #expect(reply == .status(World.status)) }
        }
        // The last to be answered may not have left yet.
        var isWelcome = false
        for _ in 0..<1000 where !isWelcome { isWelcome = await kind { _ = try await client.send(.status) } == nil }
        #expect(isWelcome)
        await server.stop()
    }

    @Test func `only its owner may use it, and it goes with the daemon`() async throws {
        let server = try await echo()
        var status = stat()
        try #require(lstat(directory.socket, &status) == 0)
        #expect(status.st_mode & 0o777 == 0o600)
        #expect(!FileManager.default.fileExists(atPath: directory.socket + ".new"))
        await server.stop()
        #expect(lstat(directory.socket, &status) != 0)
        #expect(await kind { _ = try await ControlClient(path: directory.socket).send(.status) } == .notRunning)
    }

    @Test func `what a daemon left behind is replaced, one that answers is not`() async throws {
        let first = try await echo()
        #expect(await kind { _ = try await echo() } == .inUse)
        #expect(try await ControlClient(path: directory.socket).send(.status).warnings != nil)
        // A socket that nobody listens on any more.
        try FileManager.default.moveItem(atPath: directory.socket, toPath: directory.path + "/stale")
        await first.stop()
        try FileManager.default.moveItem(atPath: directory.path + "/stale", toPath: directory.socket)
        let second = try await echo()
        #expect(try await ControlClient(path: directory.socket).send(.status).warnings != nil)
        await second.stop()
    }

    @Test func `a daemon that ends leaves the socket of another alone`() async throws {
        let first = try await echo()
        try FileManager.default.removeItem(atPath: directory.socket)
        let second = try await echo()
        await first.stop()
        #expect(try await ControlClient(path: directory.socket).send(.status).warnings != nil)
        await second.stop()
    }

    @Test func `what cannot be a socket is told apart`() async throws {
        #expect(await kind { _ = try await echo(path: directory.path + "/missing/weft.sock") } == .noDirectory)
        #expect(await kind { _ = try await echo(path: directory.path + "/" + String(repeating: "x", count: 100)) } == .badPath)
        try Data("precious".utf8).write(to: URL(filePath: directory.socket))
        #expect(await kind { _ = try await echo() } == .badPath)
        #expect(try String(contentsOfFile: directory.socket, encoding: .utf8) == "precious")
    }

    @Test func `a refusal of the daemon is an error of the client`() async throws {
        let server = try await ControlServer.start(
            path: directory.socket, group: .singletonMultiThreadedEventLoopGroup, logger: .quiet,
            handler: { _, _ in .failed("not today") })
        let error = await #expect(throws: AdminError.self) { _ = try await ControlClient(path: directory.socket).send(.reload) }
        #expect(error == AdminError(.refused, "not today"))
        await server.stop()
    }

    @Test func `a daemon that does not answer in time is given up`() async throws {
        let server = try await ControlServer.start(
            path: directory.socket, group: .singletonMultiThreadedEventLoopGroup, logger: .quiet,
            handler: { _, _ in
                try? await Task.sleep(for: .seconds(3600))
                return .status(World.status)
            })
        let client = ControlClient(path: directory.socket)
        #expect(await kind { _ = try await client.send(.status, timeout: .milliseconds(50)) } == .noAnswer)
        await server.stop()
    }
}
