import Basics
import COpenSSL
import NIOCore
import Records
import TLSTesting
import TestSupport
import Testing

@testable import TLS

@Suite struct HandshakeTests {
    @Test(arguments: [1, 2, 3, 5, 1000], [TLSVersion.tls12, .tls13])
    func `a handshake completes whatever the segments are`(chunk: Int, version: TLSVersion) throws {
        let (client, server) = try establish(ServerContext(maximum: version), chunk: chunk)
        #expect(client.info?.version == version)
        #expect(client.info?.resumed == false)
        #expect(client.info?.cipher.isEmpty == false)
        #expect(client.peerChain?.derCertificates() == (try TestCertificates.der("mx1-chain")))
        #expect(server.serverName == "mx1.example.net")
        #expect(client.handshake() == .complete)
    }

    @Test(arguments: [
        ("MX1.Example.NET.", "mx1.example.net"), ("192.0.2.1", nil), ("a.0x7f", nil), ("a\\032b", nil), ("", nil),
        ("\\046example.net", nil),
        ("mail\\013\\010.example.net", nil),
    ])
    func `only a name that a certificate can have is sent as SNI`(name: DomainName, sent: DomainName?) throws {
        let (client, server) = try establish(ServerContext(), name: name)
        #expect(client.serverName == sent)
        #expect(server.serverName == sent?.text)
    }

    @Test(arguments: ["expired", "self-signed", "client-auth", "mx1-rsa", "no-names"])
    func `certificates never end a handshake`(name: String) throws {
        let (client, _) = try establish(ServerContext(name))
        #expect(client.peerChain?.derCertificates().isEmpty == false)
    }

    @Test func `TLS 1_0 is spoken only if it is asked for`() throws {
        let server = try ServerContext("mx1-rsa", minimum: .tls10, maximum: .tls10)
        let client = try TLSConnection(context: TLSContext(minimum: .tls12), serverName: nil, resuming: nil)
        #expect(shuffleHandshake(client, try TestServer(server)) == .failed(remote(70, "protocol_version")))
        let old = try TLSContext(minimum: .tls10)
        #expect(try establish(server, context: old).client.info?.version == .tls10)
    }

    @Test func `a server that enforces SNI is told as remote alert 112`() throws {
        let context = try ServerContext()
        context.enforceServerName()
        let client = try TLSConnection(context: TLSContext(minimum: .tls12), serverName: "mx2.example.net", resuming: nil)
        #expect(shuffleHandshake(client, try TestServer(context)) == .failed(remote(112, "unrecognized_name")))
    }

    @Test(arguments: [
        (40, "handshake_failure"), (70, "protocol_version"), (80, "internal_error"), (112, "unrecognized_name"), (199, "unknown"),
    ])
    func `an alert in answer to the hello is told by its number`(alert: Int, name: String) throws {
        let client = try TLSConnection(context: TLSContext(minimum: .tls12), serverName: nil, resuming: nil)
        #expect(client.handshake() == .inProgress)
        client.receive(ByteBuffer(bytes: [21, 3, 3, 0, 2, 2, UInt8(alert)]))
        #expect(client.handshake() == .failed(remote(alert, name)))
        #expect(client.handshake() == .failed(remote(alert, name)))
        #expect(throws: remote(alert, name)) { try client.read() }
        #expect(throws: remote(alert, name)) { try client.write(ByteBuffer(string: "x")) }
        #expect(client.peerChain == nil)
        #expect(client.info == nil)
    }

    @Test(arguments: ["500 5.5.1 what?\r\n", "HTTP/1.1 400 Bad Request\r\n\r\n", "\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}"])
    func `a peer that does not speak TLS is told as a protocol failure`(text: String) throws {
        let client = try TLSConnection(context: TLSContext(minimum: .tls12), serverName: nil, resuming: nil)
        #expect(client.handshake() == .inProgress)
        client.receive(ByteBuffer(string: text))
        #expect(failure(client.handshake())?.kind == .protocolVersion)
    }

    @Test func `a record that was changed on the way is our alert, which is sent`() throws {
        let client = try TLSConnection(context: TLSContext(minimum: .tls12), serverName: nil, resuming: nil)
        let server = try TestServer(ServerContext())
        _ = client.handshake()
        if let hello = client.takeOutput() { server.receive(hello) }
        server.handshake()
        var flight = server.takeOutput()
        flight.setInteger(flight.getInteger(at: flight.writerIndex - 1, as: UInt8.self).map { $0 ^ 1 } ?? 0, at: flight.writerIndex - 1)
        client.receive(flight)
        let failure = failure(client.handshake())
        #expect(failure?.kind == .localAlert)
        #expect(failure?.alert == 20)
        #expect(failure?.detail.hasPrefix("local alert 20 bad_record_mac: ") == true)
        #expect(client.takeOutput() != nil)
    }

    @Test func `the end of the transport in a handshake is told as closed`() throws {
        let client = try TLSConnection(context: TLSContext(minimum: .tls12), serverName: nil, resuming: nil)
        #expect(client.handshake() == .inProgress)
        client.inputEnded()
        #expect(client.handshake() == .failed(TLSFailure(kind: .closed, detail: "connection ended during the TLS handshake")))
    }

    @Test(arguments: [31, 100, 600])
    func `more than 100 KiB of certificates end the handshake, and not their number`(copies: Int) throws {
        let context = try ServerContext("mx1-rsa")
        try context.addCopies(of: "root-rsa", count: copies)
        let client = try TLSConnection(context: TLSContext(minimum: .tls12), serverName: nil, resuming: nil)
        let progress = shuffleHandshake(client, try TestServer(context), chunk: 100_000)
        if copies <= 100 {
            #expect(progress == .complete)
            #expect(client.peerChain?.certificateDigests.count == copies + 1)
        } else {
            #expect(failure(progress)?.kind == .localAlert)
            #expect(client.peerChain == nil)
        }
    }

    @Test(arguments: ["DHE-RSA-AES128-SHA", "ECDHE-RSA-AES128-SHA"])
    func `a server that is weak is spoken with all the same`(ciphers: String) throws {
        let context = try ServerContext("mx1-rsa", maximum: .tls12, ciphers: ciphers)
        // A group of 1024 bits, and signatures with SHA-1 alone.
        if ciphers.hasPrefix("DHE") { context.useWeakDH() }
        try context.signOnly(with: "RSA+SHA1")
        let client = try TLSConnection(context: TLSContext(minimum: .tls12), serverName: nil, resuming: nil)
        #expect(shuffleHandshake(client, try TestServer(context)) == .complete)
        #expect(client.info?.cipher == ciphers)
    }

    @Test func `a Diffie-Hellman group of more than 4096 bits is refused`() throws {
        for (group, accepted) in [("ffdhe4096", true), ("ffdhe8192", false)] {
            let context = try ServerContext("mx1-rsa", maximum: .tls12, ciphers: "DHE-RSA-AES128-GCM-SHA256")
            let parameters = try #require(EVP_PKEY_CTX_new_from_name(nil, "DH", nil))
            defer { EVP_PKEY_CTX_free(parameters) }
            var key: OpaquePointer?
            try #require(EVP_PKEY_keygen_init(parameters) == 1)
            try #require(EVP_PKEY_CTX_set_group_name(parameters, group) == 1)
            try #require(EVP_PKEY_keygen(parameters, &key) == 1)
            SSL_CTX_set0_tmp_dh_pkey(context.pointer, key)
            let client = try TLSConnection(context: TLSContext(minimum: .tls12), serverName: nil, resuming: nil)
            let progress = shuffleHandshake(client, try TestServer(context))
            if accepted {
                #expect(progress == .complete)
            } else {
                #expect(failure(progress)?.detail == "local alert 40 handshake_failure: dh key too small")
            }
        }
    }

    @Test func `a server cannot begin another handshake`() throws {
        let (client, server) = try establish(ServerContext(maximum: .tls12))
        SSL_renegotiate(server.ssl)
        server.handshake()
        client.receive(server.takeOutput())
        #expect(try client.read() == nil)
        // A warning alert in one record, and no ClientHello.
        #expect(try #require(client.takeOutput()).readableBytes < 64)
    }
}

private func remote(_ alert: Int, _ name: String) -> TLSFailure {
    TLSFailure(kind: .remoteAlert, alert: alert, detail: "remote alert \(alert) \(name)")
}

private func failure(_ progress: HandshakeProgress) -> TLSFailure? {
    guard case .failed(let failure) = progress else { return nil }
    return failure
}
