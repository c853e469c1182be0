import COpenSSL
package import NIOCore
import Testing

/// The server side of a connection, over memory BIOs.
package final class TestServer {
    /// The `SSL`.
    package let ssl: OpaquePointer
    private let input: OpaquePointer
    private let output: OpaquePointer

    /// Waits for a ClientHello.
    package init(_ context: ServerContext) throws {
        ssl = try #require(SSL_new(context.pointer))
        input = try #require(BIO_new(BIO_s_mem()))
        output = try #require(BIO_new(BIO_s_mem()))
        SSL_set_bio(ssl, input, output)
        SSL_set_accept_state(ssl)
    }

    deinit { SSL_free(ssl) }

    /// The name that the client asked for.
    package var serverName: String? { SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name).map { String(cString: $0) } }

    /// Takes what the client sent.
    package func receive(_ ciphertext: ByteBuffer) {
        guard ciphertext.readableBytes > 0 else { return }
        ciphertext.withUnsafeReadableBytes { _ = BIO_write(input, $0.baseAddress, Int32($0.count)) }
    }

    /// True once the handshake is complete.
    @discardableResult package func handshake() -> Bool {
        ERR_clear_error()
        defer { ERR_clear_error() }
        return SSL_do_handshake(ssl) == 1
    }

    /// Everything that can be read now.
    package func read() -> [UInt8] {
        var result: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16384)
        var count = 0
        while SSL_read_ex(ssl, &buffer, buffer.count, &count) == 1 { result += buffer[..<count] }
        ERR_clear_error()
        return result
    }

    /// Encrypts.
    package func write(_ bytes: [UInt8]) {
        var count = 0
        _ = SSL_write_ex(ssl, bytes, bytes.count, &count)
    }

    /// Takes new keys, and demands that the client does (RFC 8446 4.6.3).
    package func demandKeyUpdate() {
        SSL_key_update(ssl, SSL_KEY_UPDATE_REQUESTED)
        handshake()
    }

    /// Says close_notify.
    package func close() { SSL_shutdown(ssl) }

    /// Whether the client has said close_notify, as far as was read.
    package var isClosedByClient: Bool { SSL_get_shutdown(ssl) & SSL_RECEIVED_SHUTDOWN != 0 }

    /// What is to be sent to the client.
    package func takeOutput() -> ByteBuffer {
        var result = ByteBuffer()
        var buffer = [UInt8](repeating: 0, count: 16384)
        while case let count = BIO_read(output, &buffer, Int32(buffer.count)), count > 0 { result.writeBytes(buffer[..<Int(count)]) }
        return result
    }
}
