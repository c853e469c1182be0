import COpenSSL
import NIOCore
import Records
import TLSTesting
import TestSupport
import Testing

@testable import TLS

/// Peers that break the protocol end their own connection and nothing else.
@Suite struct HostilePeerTests {
    @Test(arguments: [TLSVersion.tls12, .tls13])
    func `no changed octet of a server's flight completes a handshake`(version: TLSVersion) throws {
        let context = try TLSContext(minimum: .tls12)
        let settings = try ServerContext(maximum: version)
        for offset in stride(from: 0, to: 1200, by: 31) {
            let client = try TLSConnection(context: context, serverName: "mx1.example.net", resuming: nil)
            _ = client.handshake()
            let server = try TestServer(settings)
            server.receive(try #require(client.takeOutput()))
            server.handshake()
            var flight = server.takeOutput()
            let index = flight.readerIndex + offset % flight.readableBytes
            flight.setInteger((flight.getInteger(at: index, as: UInt8.self) ?? 0) ^ 0x55, at: index)
            client.receive(flight)
            _ = client.handshake()
            client.inputEnded()
            // Either the client notices at once, or the peer does when the transcripts differ and nothing more comes.
            guard case .failed = client.handshake() else {
                Issue.record("octet \(offset) was changed unnoticed")
                continue
            }
            #expect(client.peerChain == nil)
        }
    }

    @Test(arguments: [UInt64(1), 2, 3, 4, 5])
    func `random records end the connection`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let (client, _) = try establish(ServerContext())
        _ = try client.read()
        for _ in 0..<200 {
            let body = (0..<Int.random(in: 0...64, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
            client.receive(ByteBuffer(bytes: [UInt8.random(in: 20...24, using: &random), 3, 3, 0, UInt8(body.count)] + body))
            do throws(TLSFailure) {
                _ = try client.read()
            } catch {
                #expect([.localAlert, .remoteAlert, .protocolVersion].contains(error.kind))
                return
            }
        }
        Issue.record("200 random records were taken")
    }

    @Test func `many session tickets leave one`() throws {
        let context = try ServerContext()
        SSL_CTX_set_num_tickets(context.pointer, 1)
        let (client, server) = try establish(context)
        for _ in 0..<500 {
            SSL_new_session_ticket(server.ssl)
            server.handshake()
            client.receive(server.takeOutput())
            #expect(try client.read() == nil)
        }
        #expect(client.takeResumption() != nil)
        #expect(client.takeResumption() == nil)
        #expect(client.takeOutput() == nil)
    }

    @Test func `requests for new keys are answered with no more octets than they took`() throws {
        let (client, server) = try establish(ServerContext())
        var asked = 0
        for _ in 0..<20 {
            server.demandKeyUpdate()
            let request = server.takeOutput()
            asked += request.readableBytes
            client.receive(request)
            #expect(try client.read() == nil)
        }
        #expect(client.takeOutput()?.readableBytes ?? 0 <= asked)
        server.write(Array("250 ok\r\n".utf8))
        client.receive(server.takeOutput())
        #expect(try client.read().map { String(buffer: $0) } == "250 ok\r\n")
    }
}
