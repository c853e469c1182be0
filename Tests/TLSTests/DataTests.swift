import NIOCore
import Records
import TLSTesting
import Testing

@testable import TLS

@Suite struct DataTests {
    let sample = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ $0 >> 8) }

    @Test(arguments: [1, 2, 3, 5, 1000], [TLSVersion.tls12, .tls13])
    func `data passes unchanged in both directions`(chunk: Int, version: TLSVersion) throws {
        let (client, server) = try establish(ServerContext(maximum: version))
        try client.write(ByteBuffer(bytes: sample))
        for piece in pieces(client.takeOutput() ?? ByteBuffer(), of: 4096) { server.receive(piece) }
        #expect(server.read() == sample)
        server.write(sample)
        var received: [UInt8] = []
        for piece in pieces(server.takeOutput(), of: chunk) {
            client.receive(piece)
            while let plaintext = try client.read() {
                #expect(plaintext.readableBytes > 0)
                received += plaintext.readableBytesView
            }
        }
        #expect(received == sample)
        #expect(!client.isClosedByPeer)
    }

    @Test func `a read returns at most 64 KiB, and the rest next time`() throws {
        let (client, server) = try establish(ServerContext())
        server.write(sample)
        client.receive(server.takeOutput())
        var sizes: [Int] = []
        while let plaintext = try client.read() { sizes.append(plaintext.readableBytes) }
        #expect(sizes == [65536, 65536, 65536, 200_000 - 3 * 65536])
    }

    @Test func `a short plaintext gets a small buffer`() throws {
        let (client, server) = try establish(ServerContext())
        _ = try client.read()
        server.write(Array("250 2.1.0 ok\r\n".utf8))
        client.receive(server.takeOutput())
        let plaintext = try #require(try client.read())
        #expect(plaintext.capacity < 256)
    }

    @Test(arguments: [TLSVersion.tls12, .tls13])
    func `a write makes records of 16 KiB`(version: TLSVersion) throws {
        let (client, _) = try establish(ServerContext(maximum: version))
        try client.write(ByteBuffer(bytes: sample))
        var output = try #require(client.takeOutput())
        var lengths: [Int] = []
        while let header = output.readBytes(length: 5) {
            let length = Int(header[3]) << 8 + Int(header[4])
            lengths.append(length)
            output.moveReaderIndex(forwardBy: length)
        }
        #expect(lengths.count == 13)
        #expect(lengths.dropLast().allSatisfy { $0 >= 16384 })
    }

    @Test func `nothing is written before the handshake is complete`() throws {
        let client = try TLSConnection(context: TLSContext(minimum: .tls12), serverName: nil, resuming: nil)
        #expect(throws: TLSFailure.self) { try client.write(ByteBuffer(string: "MAIL FROM:<a@example.org>\r\n")) }
        #expect(client.takeOutput() == nil)
        #expect(try client.read() == nil)
    }

    @Test func `close_notify ends the data, both ways`() throws {
        let (client, server) = try establish(ServerContext())
        _ = try client.read()
        server.write(Array("221 bye\r\n".utf8))
        server.close()
        client.receive(server.takeOutput())
        client.inputEnded()
        #expect(try client.read().map { String(buffer: $0) } == "221 bye\r\n")
        #expect(try client.read() == nil)
        #expect(client.isClosedByPeer)
        client.close()
        server.receive(try #require(client.takeOutput()))
        _ = server.read()
        #expect(server.isClosedByClient)
    }

    @Test func `a truncated connection gives its data first and then fails`() throws {
        let (client, server) = try establish(ServerContext())
        server.write(Array("250 ok\r\n".utf8))
        client.receive(server.takeOutput())
        client.inputEnded()
        #expect(try client.read().map { String(buffer: $0) } == "250 ok\r\n")
        let expected = TLSFailure(kind: .closed, detail: "connection ended without close_notify")
        #expect(throws: expected) { try client.read() }
        #expect(throws: expected) { try client.read() }
        #expect(!client.isClosedByPeer)
    }

    @Test func `garbage after data is our alert`() throws {
        let (client, server) = try establish(ServerContext())
        server.write(Array("250 ok\r\n".utf8))
        var ciphertext = server.takeOutput()
        ciphertext.writeBytes([23, 3, 3, 0, 20] + [UInt8](repeating: 7, count: 20))
        client.receive(ciphertext)
        #expect(try client.read().map { String(buffer: $0) } == "250 ok\r\n")
        let detail = "local alert 20 bad_record_mac: decryption failed or bad record mac"
        #expect(throws: TLSFailure(kind: .localAlert, alert: 20, detail: detail)) { try client.read() }
        #expect(client.takeOutput() != nil)
    }

    @Test func `an alert after the handshake is told by its number`() throws {
        let (client, server) = try establish(ServerContext())
        _ = try client.read()
        // The server is brought to send one by a record that is not authentic.
        server.receive(ByteBuffer(bytes: [23, 3, 3, 0, 20] + [UInt8](repeating: 1, count: 20)))
        _ = server.read()
        client.receive(server.takeOutput())
        #expect(throws: TLSFailure(kind: .remoteAlert, alert: 20, detail: "remote alert 20 bad_record_mac")) { try client.read() }
    }
}
