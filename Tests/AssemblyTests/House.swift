import Basics
import FoundationEssentials
import NIOCore
import NIOPosix
import TestSupport
import Testing

@testable import Assembly
@testable import ConfigurationFile
@testable import Relay

/// A daemon on loopback with a file, a mail server that its clients mean to reach, and the clients.
final class House: Sendable {
    let daemon: Daemon
    private let temporary: TemporaryDirectory
    private var directory: String { temporary.path }
    private let listen: Endpoint
    private let server: any Channel

    /// Starts everything; `text` is the file but for what a test machine needs.
    init(_ text: String, journal: String = "") async throws {
        let temporary = try TemporaryDirectory()
        self.temporary = temporary
        let directory = temporary.path
        server = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(MailServer()) }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        listen = try await Self.freeEndpoint()
        let destination = try #require(server.localAddress.flatMap(Endpoint.init))
        let file = Self.file(text, journal: journal, listen: listen, directory: directory)
        try Data(file.utf8).write(to: URL(filePath: directory + "/weft.toml"))
        daemon = try await Daemon.start(
            try Configuration.load(path: directory + "/weft.toml"), interception: FixedDestination(destination: destination), logger: .quiet
        )
    }

    func write(_ text: String, journal: String = "") throws {
        let file = Self.file(text, journal: journal, listen: listen, directory: directory)
        try Data(file.utf8).write(to: URL(filePath: directory + "/weft.toml"))
    }

    func reload() async -> Result<[String], any Error> {
        await daemon.reload(from: directory + "/weft.toml", logger: .quiet).mapError { $0 }
    }

    /// A connection to the daemon.
    func client() async throws -> Client {
        try await Client(listen)
    }

    /// A client that was greeted, and has said EHLO.
    func session() async throws -> Client {
        let client = try await client()
        #expect(try await client.line().hasPrefix("220"))
        #expect(try await client.ask("EHLO client.example").hasPrefix("250"))
        return client
    }

    func stop() async {
        await daemon.relay.drain()
        await daemon.stop()
        try? await server.close()
    }

    private static func file(_ text: String, journal: String, listen: Endpoint, directory: String) -> String {
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
        path = "\(directory)/journal.db"
        \(journal)
        [timeouts]
        drain = "1s"
        """
    }

    /// An endpoint on loopback that nobody listens on.
    static func freeEndpoint() async throws -> Endpoint {
        let channel = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup).bind(host: "127.0.0.1", port: 0).get()
        let endpoint = try #require(channel.localAddress.flatMap(Endpoint.init))
        try await channel.close()
        return endpoint
    }
}

/// As a packet filter that redirects connections to one destination.
struct FixedDestination: Interception {
    let destination: Endpoint

    func intercepted(_ channel: any Channel) -> EventLoopFuture<Intercepted> {
        let client = channel.remoteAddress.flatMap(Endpoint.init)
        return channel.eventLoop.makeSucceededFuture(client.map { .redirected(client: $0, destination: destination) } ?? .gone)
    }
}

/// Greets, and says 250 to every line.
private final class MailServer: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    func channelActive(context: ChannelHandlerContext) {
        reply("220 mx.example ESMTP", context)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        for byte in unwrapInboundIn(data).readableBytesView where byte == UInt8(ascii: "\n") { reply("250 mx.example", context) }
    }

    private func reply(_ text: String, _ context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text + "\r\n")), promise: nil)
    }
}

/// A client that speaks SMTP one line at a time.
final class Client: Sendable {
    private let channel: any Channel
    private let lines: AsyncThrowingStream<String, any Error>

    init(_ endpoint: Endpoint) async throws {
        let (lines, continuation) = AsyncThrowingStream<String, any Error>.makeStream()
        self.lines = lines
        channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(LineSplitter(continuation)) }
            }
            .connect(to: endpoint.socketAddress).get()
    }

    /// The next line of a reply.
    func line() async throws -> String {
        for try await line in lines { return line }
        throw ChannelError.eof
    }

    /// The last line of the reply to a command.
    func ask(_ command: String) async throws -> String {
        try await channel.writeAndFlush(ByteBuffer(string: command + "\r\n"))
        while true {
            let line = try await line()
            if line.dropFirst(3).first != "-" { return line }
        }
    }
}

private final class LineSplitter: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let lines: AsyncThrowingStream<String, any Error>.Continuation
    private var rest = ""

    init(_ lines: AsyncThrowingStream<String, any Error>.Continuation) {
        self.lines = lines
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        rest += String(buffer: unwrapInboundIn(data))
        while let end = rest.firstIndex(of: "\r\n") {
            lines.yield(String(rest[..<end]))
            rest = String(rest[rest.index(after: end)...])
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        lines.finish()
    }
}
