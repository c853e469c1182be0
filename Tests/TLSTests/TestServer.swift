import Basics
import COpenSSL
import FoundationEssentials
import NIOCore
import TestSupport
import Testing

@testable import TLS

/// Where the test certificates are.
func testCertificate(_ name: String) -> String {
    #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3).joined(separator: "/") + "/TestCerts/" + name
}

/// The settings of a server (`SSL_CTX`).
final class ServerContext {
    let pointer: OpaquePointer

    /// A server that presents `NAME-chain.pem`.
    init(_ name: String = "mx1", minimum: TLSVersion = .tls12, maximum: TLSVersion = .tls13, ciphers: String? = nil) throws {
        pointer = try #require(SSL_CTX_new(TLS_server_method()))
        SSL_CTX_set_security_level(pointer, 0)
        SSL_CTX_set_min_proto_version(pointer, minimum.wireValue)
        SSL_CTX_set_max_proto_version(pointer, maximum.wireValue)
        SSL_CTX_set_options(pointer, UInt64(SSL_OP_NO_COMPRESSION))
        let base = name.hasSuffix("-alone") || name.hasSuffix("-with-root") ? "mx1" : name
        let key = name == "stuffed" ? "self-signed" : base
        let chain = testCertificate("\(name)-chain.pem")
        let file = FileManager.default.fileExists(atPath: chain) ? chain : testCertificate("\(name).pem")
        try #require(SSL_CTX_use_certificate_chain_file(pointer, file) == 1)
        try #require(SSL_CTX_use_PrivateKey_file(pointer, testCertificate("\(key).key"), SSL_FILETYPE_PEM) == 1)
        if let ciphers { try #require(SSL_CTX_set_cipher_list(pointer, ciphers) == 1) }
    }

    deinit { SSL_CTX_free(pointer) }

    /// Refuses every name but mx1.example.net, with alert 112.
    func enforceServerName() {
        SSL_CTX_set_tlsext_servername_callback(pointer) { ssl, _, _ in
            guard let name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name) else { return SSL_TLSEXT_ERR_ALERT_FATAL }
            return String(cString: name) == "mx1.example.net" ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL
        }
    }

    /// Sends `count` copies of a certificate after the leaf.
    func addCopies(of name: String, count: Int) throws {
        let file = try #require(BIO_new_file(testCertificate("\(name).pem"), "r"))
        defer { BIO_free(file) }
        let certificate = try #require(PEM_read_bio_X509(file, nil, nil, nil))
        defer { X509_free(certificate) }
        for _ in 0..<count { SSL_CTX_add1_chain_cert(pointer, certificate) }
    }
}

/// The server side of a connection, over memory BIOs.
final class TestServer {
    let ssl: OpaquePointer
    private let input: OpaquePointer
    private let output: OpaquePointer

    init(_ context: ServerContext) throws {
        ssl = try #require(SSL_new(context.pointer))
        input = try #require(BIO_new(BIO_s_mem()))
        output = try #require(BIO_new(BIO_s_mem()))
        SSL_set_bio(ssl, input, output)
        SSL_set_accept_state(ssl)
    }

    deinit { SSL_free(ssl) }

    var serverName: String? { SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name).map { String(cString: $0) } }

    func receive(_ ciphertext: ByteBuffer) {
        guard ciphertext.readableBytes > 0 else { return }
        ciphertext.withUnsafeReadableBytes { _ = BIO_write(input, $0.baseAddress, Int32($0.count)) }
    }

    /// True once the handshake is complete.
    @discardableResult func handshake() -> Bool {
        ERR_clear_error()
        defer { ERR_clear_error() }
        return SSL_do_handshake(ssl) == 1
    }

    /// Everything that can be read now.
    func read() -> [UInt8] {
        var result: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16384)
        var count = 0
        while SSL_read_ex(ssl, &buffer, buffer.count, &count) == 1 { result += buffer[..<count] }
        ERR_clear_error()
        return result
    }

    func write(_ bytes: [UInt8]) {
        var count = 0
        _ = SSL_write_ex(ssl, bytes, bytes.count, &count)
    }

    func takeOutput() -> ByteBuffer {
        var result = ByteBuffer()
        var buffer = [UInt8](repeating: 0, count: 16384)
        while case let count = BIO_read(output, &buffer, Int32(buffer.count)), count > 0 { result.writeBytes(buffer[..<Int(count)]) }
        return result
    }
}

/// `buffer` in pieces of at most `size` octets.
func pieces(_ buffer: ByteBuffer, of size: Int) -> [ByteBuffer] {
    var rest = buffer
    var result: [ByteBuffer] = []
    while rest.readableBytes > 0, let piece = rest.readSlice(length: min(size, rest.readableBytes)) { result.append(piece) }
    return result
}

/// Shuffles ciphertext until the handshake is over on the client's side and nothing is on the way.
@discardableResult
func shuffleHandshake(_ client: TLSConnection, _ server: TestServer, chunk: Int = 1000) -> HandshakeProgress {
    var progress = client.handshake()
    for _ in 0..<20 {
        let toServer = client.takeOutput() ?? ByteBuffer()
        for piece in pieces(toServer, of: chunk) {
            server.receive(piece)
            server.handshake()
        }
        let toClient = server.takeOutput()
        if toServer.readableBytes == 0 && toClient.readableBytes == 0 { break }
        for piece in pieces(toClient, of: chunk) {
            client.receive(piece)
            progress = client.handshake()
        }
    }
    return progress
}

/// A client and a server that have completed their handshake.
func establish(
    _ server: ServerContext, context: TLSContext? = nil, name: DomainName? = "mx1.example.net", resuming: TLSResumption? = nil,
    chunk: Int = 1000
) throws -> (client: TLSConnection, server: TestServer) {
    let client = try TLSConnection(context: context ?? TLSContext(minimum: .tls12), serverName: name, resuming: resuming)
    let peer = try TestServer(server)
    try #require(shuffleHandshake(client, peer, chunk: chunk) == .complete)
    return (client, peer)
}

/// The certificates of a PEM file in DER.
func certificates(_ name: String) throws -> [[UInt8]] {
    let file = try #require(BIO_new_file(testCertificate(name), "r"))
    defer { BIO_free(file) }
    var result: [[UInt8]] = []
    while let certificate = PEM_read_bio_X509(file, nil, nil, nil) {
        defer { X509_free(certificate) }
        var der = [UInt8](repeating: 0, count: Int(i2d_X509(certificate, nil)))
        der.withUnsafeMutableBufferPointer {
            var next = $0.baseAddress
            _ = i2d_X509(certificate, &next)
        }
        result.append(der)
    }
    ERR_clear_error()
    return result
}

/// The chain that `NAME-chain.pem` (or the lone `NAME.pem`) holds.
func chain(_ name: String) throws -> CertificateChain {
    let hasChain = FileManager.default.fileExists(atPath: testCertificate("\(name)-chain.pem"))
    return try CertificateChain(der: certificates(hasChain ? "\(name)-chain.pem" : "\(name).pem"))
}

/// A moment in the years that the certificates are made for.
let testNow = Date(timeIntervalSince1970: 1_800_000_000)
