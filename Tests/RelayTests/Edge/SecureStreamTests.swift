import NIOCore
import Records
import TLS
import TLSTesting
import TestSupport
import Testing

@testable import Relay

/// A stream with TLS on a socket, and what the server at the other end does to it.
@Suite struct SecureStreamTests {
    /// Octets that show when some are lost, doubled or in another order.
    private static func sample(_ count: Int) -> [UInt8] {
        let block = (0..<65_521).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ $0 >> 8) }
        var sample: [UInt8] = []
        while sample.count < count { sample += block.prefix(count - sample.count) }
        return sample
    }

    @Test(arguments: [TLSVersion.tls12, .tls13])
    func `what is said arrives in both directions`(version: TLSVersion) async throws {
        let link = try await SecureLink(.init(version: version))
        #expect(try link.info.get().version == version)
        #expect(link.chain?.derCertificates() == (try TestCertificates.der("mx1-chain")))
        #expect(try await link.far.with { $0.serverName } == "mx1.example.net")
        let sample = Self.sample(200_000)
        try await link.say(sample)
        try await eventually("all of it") { link.peer.received.count >= sample.count }
        #expect(link.peer.received == sample)
        link.peer.say(sample)
        #expect(try await link.hear(sample.count) == sample)
        #expect(try await link.with { $0.end } == nil)
    }

    @Test(arguments: [TLSVersion.tls12, .tls13])
    func `a server that sends octet by octet is understood`(version: TLSVersion) async throws {
        let link = try await SecureLink(.init(version: version, pieceSize: 1))
        let text = (0..<50).map { "250-keyword \($0)\r\n" }.joined()
        link.peer.say(text)
        #expect(try await link.hear(text))
    }

    @Test(arguments: [TLSVersion.tls12, .tls13])
    func `records in one segment are all read, also those behind the handshake`(version: TLSVersion) async throws {
        let records = (0..<20).map { "250-\($0)\r\n" }
        let link = try await SecureLink(.init(version: version, records: records))
        #expect(try await link.hear(records.joined()))
        try await link.far.with { $0.say(records: records) }
        #expect(try await link.hear(records.joined()))
    }

    // MARK: Back-pressure

    /// A reader that takes so much so often. What one look decrypts must not make room for more than that below.
    @Test(arguments: [(1, 100), (1000, 100), (65_536, 32)])
    func `a server that says more than its reader takes is stopped, and goes on`(taken: Int, times: Int) async throws {
        // Plaintext that was decrypted, ciphertext that may wait below, and what a read adds to each.
        let most = 128 * 1024 + RelaySettings.Limits().messageBuffer + 5 * 65_536
        let sample = Self.sample(8 << 20)
        let link = try await SecureLink()
        let before = try await link.received()
        link.peer.say(sample)
        let socket = try link.sockets().near
        var heard: [UInt8] = []
        for _ in 0..<times {
            try await eventually("more waits in the system") { try socket.unread > 0 }
            heard += try await link.with { stream in
                stream.pump()
                var octets: [UInt8] = []
                while let buffer = stream.input.next(atMost: taken - octets.count) { octets += buffer.readableBytesView }
                return octets
            }
            let held = try await link.received() - before - heard.count
            try #require(held < most, "\(held) octets wait here, \(heard.count) were taken")
        }
        #expect(link.peer.sent < sample.count)
        heard += try await link.hear(sample.count - heard.count)
        #expect(heard == sample)
        #expect(try await link.with { $0.end } == nil)
    }

    @Test func `what a server does not read waits here up to the water mark, and arrives in order when it reads on`() async throws {
        let sample = Self.sample(32 << 20)
        let most = RelaySettings.Limits().messageBuffer + 2 * 16_384
        let link = try await SecureLink()
        link.peer.stopReading()
        var offered = 0
        /// As a session does: no more than is asked for.
        func offer() async throws -> Int {
            let start = offered
            offered = try await link.with { stream in
                stream.pump()
                var next = start
                while stream.isWritable, next < sample.count {
                    let end = min(next + 16_384, sample.count)
                    stream.send(ByteBuffer(bytes: sample[next..<end]))
                    stream.flush()
                    next = end
                }
                return next
            }
            return offered
        }
        let sockets = try link.sockets()
        /// What the system has neither sent nor delivered, or has not taken.
        func waiting() throws -> Int {
            offered - link.peer.received.count - (try sockets.near.unacknowledged) - (try sockets.far.unread)
        }
        // The system takes what fits; then, and only then, something stays here.
        try await eventually("the stream is not writable, and the system takes no more", within: .seconds(20)) {
            let before = offered
            return try await offer() == before && waiting() > 0
        }
        #expect(offered < sample.count)
        #expect(try waiting() <= most)
        #expect(try await link.with { $0.isWritable } == false)

        link.peer.startReading()
        try await eventually("all of it", within: .seconds(60)) {
            _ = try await offer()
            return link.peer.received.count >= sample.count
        }
        #expect(link.peer.received == sample)
    }

    /// Each demand for new keys is answered with as many octets (RFC 8446 4.6.3); these must not queue up for who does not read.
    @Test func `a server that demands answers and does not read them is itself read no further`() throws {
        let (client, server) = try establish(ServerContext())
        let transport = ScriptedStream()
        let stream = SecureStream(client, over: transport) { _ in }
        var answers = 0
        transport.onSend = { answers += $0.count }
        transport.window = 0
        var demands = 0
        for _ in 0..<50 {
            for _ in 0..<100 { server.demandKeyUpdate() }
            let said = server.takeOutput().readableBytesView
            demands += said.count
            transport.say(said)
            while transport.deliver(atMost: 1000) { stream.pump() }
        }
        stream.flush()
        #expect(demands > 100_000)
        #expect(answers < 10_000)

        transport.window = .max
        server.write(Array("250 2.0.0 ok\r\n".utf8))
        transport.say(server.takeOutput().readableBytesView)
        stream.pump()
        while transport.deliver(atMost: 1000) { stream.pump() }
        stream.flush()
        #expect(answers > 100_000)
        #expect(stream.input.next().map { String(buffer: $0) } == "250 2.0.0 ok\r\n")
        #expect(stream.end == nil)
    }

    // MARK: The end

    @Test(arguments: [TLSVersion.tls12, .tls13])
    func `close_notify ends the stream, behind what was said and before the connection ends`(version: TLSVersion) async throws {
        let link = try await SecureLink(.init(version: version))
        try await link.far.with { far in
            far.say(records: ["221 2.0.0 bye\r\n"])
            far.sayGoodbye()
        }
        #expect(try await link.end() == .closed)
        #expect(try await link.hear("221 2.0.0 bye\r\n"))
        #expect(link.peer.end == nil)
        try await link.with { $0.close() }
        try await eventually("the end") { link.peer.end == "closed" }
        #expect(try await link.far.with { $0.isClosedByClient })
    }

    @Test(arguments: [TLSVersion.tls12, .tls13])
    func `a connection that closes without close_notify ends the stream all the same`(version: TLSVersion) async throws {
        let link = try await SecureLink(.init(version: version))
        link.peer.say("221 2.0.0 bye\r\n")
        link.peer.close()
        #expect(try await link.end() == .closed)
        #expect(try await link.hear("221 2.0.0 bye\r\n"))
    }

    /// RFC 8446 6.1: close_notify ends one direction. Before TLS 1.3 it ended both (RFC 5246 7.2.1).
    @Test func `a server that has said close_notify is still told`() async throws {
        let link = try await SecureLink()
        try await link.far.with { far in
            far.say(records: ["421 4.3.2 shutting down\r\n"])
            far.sayGoodbye()
        }
        #expect(try await link.end() == .closed)
        try await link.say(Array("QUIT\r\n".utf8))
        try await eventually("the farewell") { link.peer.text == "QUIT\r\n" }
        #expect(link.peer.end == nil)
    }

    @Test(arguments: [true, false])
    func `a server that closes its side of the connection is heard to the end`(saysGoodbye: Bool) async throws {
        let sample = Self.sample(1 << 20)
        let link = try await SecureLink()
        link.peer.say(sample)
        if saysGoodbye { try await link.far.with { $0.sayGoodbye() } }
        link.peer.closeOutput()
        #expect(try await link.hear(sample.count) == sample)
        #expect(try await link.end() == .closed)
        try await link.with { $0.close() }
        try await eventually("the end") { link.peer.end == "closed" }
    }

    @Test func `a server that is saying something is told of a close, and not cut off`() async throws {
        let link = try await SecureLink()
        link.peer.say(Self.sample(400_000))
        try await link.with { stream in
            stream.send(ByteBuffer(string: "QUIT\r\n"))
            stream.closeGently()
        }
        try await eventually("the end") { link.peer.end != nil }
        #expect(link.peer.text == "QUIT\r\n")
        #expect(link.peer.end == "closed")
        #expect(try await link.far.with { $0.isClosedByClient })
        link.peer.close()
    }

    @Test func `what is queued is sent before a close, and close_notify behind it`() async throws {
        let link = try await SecureLink()
        // Behind the session tickets: a system that closes over unread octets resets the connection.
        link.peer.say("250 2.0.0 ok\r\n")
        #expect(try await link.hear("250 2.0.0 ok\r\n"))
        try await link.with { stream in
            stream.send(ByteBuffer(string: "QUIT\r\n"))
            stream.close()
        }
        try await eventually("the end") { link.peer.end != nil }
        #expect(link.peer.text == "QUIT\r\n")
        #expect(link.peer.end == "closed")
        #expect(try await link.far.with { $0.isClosedByClient })
    }

    @Test func `a reset ends the stream in the system's words`() async throws {
        let link = try await SecureLink()
        link.peer.say("250-half a re")
        #expect(try await link.hear("250-half a re"))
        link.peer.reset()
        #expect(try await link.end() == .failed("connection reset by peer"))
        // Nothing that is done with it then does harm.
        try await link.with { stream in
            stream.send(ByteBuffer(string: "QUIT\r\n"))
            stream.flush()
            stream.close()
        }
    }
}
