import Basics
import NIOCore
import NIOPosix
import Policy
import TLS
import TestSupport
import Testing

@testable import Relay

/// A probe of a server on a socket.
@Suite struct LegProbeTests {
    /// Greets, says what it offers, and takes its leave.
    private final class Server: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        func channelActive(context: ChannelHandlerContext) { say("220 mx1.example.net ESMTP", context) }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let command = String(buffer: unwrapInboundIn(data))
            if command.hasPrefix("EHLO ") { return say("250-mx1.example.net\r\n250 SIZE 1000", context) }
            say(command == "QUIT\r\n" ? "221 2.0.0 bye" : "500 5.5.2 unknown", context)
        }

        private func say(_ text: String, _ context: ChannelHandlerContext) {
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text + "\r\n")), promise: nil)
        }
    }

    private let loop: any EventLoop = MultiThreadedEventLoopGroup.singleton.next()

    private func server() async throws -> any Channel {
        try await ServerBootstrap(group: loop)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(Server()) }
            }
            .bind(host: "127.0.0.1", port: 0).get()
    }

    private func probe(_ gate: ScriptedGate, port: Int) async throws -> LegProbe.Outcome {
        let address = try #require(IPAddress("127.0.0.1"))
        let probe = LegProbe(settings: try RunningSettings(), gate: gate, loop: loop)
        return await probe.run(domain: "example.net", destination: Endpoint(address: address, port: port))
    }

    @Test func `a server is judged by what it shows and left with QUIT`() async throws {
        let server = try await server()
        let gate = ScriptedGate()
        gate.answer = { .verdict($0.leg.tls == .notOffered ? .deferring(451, "4.7.4") : .accepting()) }
        let outcome = try await probe(gate, port: try #require(server.localAddress?.port))
        try await server.close()
        #expect(outcome.failure == nil)
        #expect(outcome.verdict?.enhancedCode == "4.7.4")
        #expect(outcome.leg?.tls == .notOffered)
        #expect(gate.requests.map(\.domain) == ["example.net"])
        #expect(gate.requests.map(\.client) == [nil])
        let texts = outcome.transcript.map(\.text)
        #expect(texts.contains("220 mx1.example.net ESMTP"))
        #expect(texts.suffix(2) == ["QUIT", "221 2.0.0 bye"])
        #expect(!texts.contains { $0.hasPrefix("MAIL") || $0.hasPrefix("RCPT") })
    }

    @Test func `a server that cannot be reached is told with the reason`() async throws {
        let server = try await server()
        let port = try #require(server.localAddress?.port)
        try await server.close()
        let outcome = try await probe(ScriptedGate(), port: port)
        #expect(outcome.failure == "upstream: connection refused")
        #expect(outcome.verdict == nil)
        #expect(outcome.transcript.map(\.text) == ["dial 127.0.0.1:\(port): connection refused"])
    }
}
