import COpenSSL
import NIOCore
import Records
import TLSTesting
import Testing

@testable import TLS

@Suite struct ResumptionTests {
    @Test(arguments: [TLSVersion.tls12, .tls13])
    func `a resumed connection has the chain of the first one`(version: TLSVersion) throws {
        let context = try ServerContext(maximum: version)
        let (first, server) = try establish(context)
        #expect(try first.read() == nil)
        let resumption = try #require(first.takeResumption())
        #expect(first.takeResumption() == nil)
        #expect(resumption.chain === first.peerChain)

        // The same one twice: it is not used up, and each connection offers a newer one.
        for _ in 0..<2 {
            let (second, other) = try establish(context, resuming: resumption)
            #expect(second.info?.resumed == true)
            #expect(second.info?.version == version)
            #expect(second.peerChain === first.peerChain)
            try second.write(ByteBuffer(string: "EHLO x\r\n"))
            other.receive(try #require(second.takeOutput()))
            #expect(other.read() == Array("EHLO x\r\n".utf8))
            #expect(try second.read() == nil)
            if version == .tls13 { #expect(second.takeResumption()?.chain === first.peerChain) }
        }
        _ = server
    }

    @Test(arguments: [TLSVersion.tls12, .tls13])
    func `a server that forgot the session makes a full handshake with its own chain`(version: TLSVersion) throws {
        let (first, _) = try establish(ServerContext("mx1", maximum: version))
        _ = try first.read()
        let resumption = try #require(first.takeResumption())
        let (second, _) = try establish(ServerContext("mx2", maximum: version), resuming: resumption)
        #expect(second.info?.resumed == false)
        #expect(second.peerChain?.derCertificates() == (try TestCertificates.der("mx2-chain")))
    }

    @Test func `a server without tickets and cache offers nothing`() throws {
        let context = try ServerContext(maximum: .tls12)
        SSL_CTX_set_options(context.pointer, SSL_OP_NO_TICKET)
        SSL_CTX_set_session_cache_mode(context.pointer, Int(SSL_SESS_CACHE_OFF))
        let (client, _) = try establish(context)
        #expect(client.takeResumption() == nil)
    }

    @Test func `the session outlives its connection and its context`() throws {
        let server = try ServerContext()
        var resumption: TLSResumption?
        do {
            let (first, _) = try establish(server)
            _ = try first.read()
            resumption = first.takeResumption()
        }
        #expect(try establish(server, resuming: resumption).client.info?.resumed == true)
    }

    @Test func `a session tells for how long its server allows it to be resumed`() throws {
        let context = try ServerContext(maximum: .tls13)
        SSL_CTX_set_timeout(context.pointer, 1234)
        let (client, _) = try establish(context)
        #expect(try client.read() == nil)
        #expect(try #require(client.takeResumption()).lifetime == 1234)
    }
}
