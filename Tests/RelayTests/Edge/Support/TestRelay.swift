import Basics
import NIOCore
import NIOPosix
import Policy
import RecordsTesting
import TLS
import TestSupport
import Testing

@testable import Relay

/// Every connection was meant for one destination.
struct ScriptedInterception: Interception {
    var destination: Endpoint
    /// Says of each connection that it is a loop.
    var isLoop = false

    func intercepted(_ channel: any Channel) -> EventLoopFuture<Intercepted> {
        let client = channel.remoteAddress.flatMap(Endpoint.init)
        let found = client.map {
            isLoop ? Intercepted.loop(client: $0, destination: destination) : .redirected(client: $0, destination: destination)
        }
        return channel.eventLoop.makeSucceededFuture(found ?? .gone)
    }
}

/// A relay that listens on the loopback address, and the server that its sessions reach.
///
/// Sessions, the scripted policy and the scripted journal share one event loop; the test looks at these by `onLoop`.
final class TestRelay: Sendable {
    /// One loop for all of these tests.
    private static let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)

    let relay: RelayServer
    let mail: PeerServer<MailServer>
    /// Where clients connect to.
    let endpoint: Endpoint
    private let journal: ScriptedSink

    /// Listens. `server` prepares each connection that reaches the destination.
    init(
        listen: [Endpoint] = [.loopback], gate: ScriptedGate = ScriptedGate(), interception: (any Interception)? = nil,
        server: @escaping @Sendable (ScriptedServer) -> Void = { _ in },
        settings prepare: (inout RelaySettings) -> Void = { _ in }
    ) async throws {
        let loop = Self.group.next()
        let journal = ScriptedSink()
        mail = try await PeerServer(on: loop) { MailServer(on: loop, server) }
        var settings = RelaySettings()
        settings.listen = listen
        prepare(&settings)
        relay = RelayServer(
            settings: try RunningSettings(settings), group: Self.group,
            policy: gate, recorder: journal,
            interception: interception ?? ScriptedInterception(destination: mail.endpoint), logger: .quiet)
        self.journal = journal
        try await relay.start()
        endpoint = try #require(relay.listening.first)
    }

    /// A client that has seen the greeting.
    func client() async throws -> Peer {
        let client = try await Peer.connect(to: endpoint)
        try await eventually("the greeting") { client.text.hasPrefix("220 ") }
        return client
    }

    /// What the journal has been told.
    func recorded<Result: Sendable>(_ body: @escaping @Sendable (ScriptedSink) -> Result) async throws -> Result {
        try await Self.group.next().submit { [journal] in body(journal) }.get()
    }
}

extension Endpoint {
    /// A free port of the loopback address.
    static let loopback = Endpoint(address: IPAddress(ipv4: 0x7f00_0001), port: 0)
}

extension Peer {
    /// Says something and waits for `count` replies more, of a line each.
    func exchange(_ text: String, replies count: Int = 1) async throws {
        let before = lines.count
        say(text)
        try await eventually("a reply to \(text.prefix(40)), got \(lines.suffix(2))") { [self] in lines.count >= before + count }
    }

    /// The last line of each reply.
    var lines: [Substring] {
        text.split(separator: "\r\n").filter { $0.dropFirst(3).first != "-" }
    }

    /// MAIL and RCPT, after EHLO.
    func openTransaction() async throws {
        try await exchange("EHLO client.example\r\n")
        try await exchange("MAIL FROM:<a@client.example>\r\n")
        try await exchange("RCPT TO:<b@example.net>\r\n")
    }
}
