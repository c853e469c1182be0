package import Basics
package import NIOCore
package import TLS
import TestSupport
import Testing

/// `buffer` in pieces of at most `size` octets.
package func pieces(_ buffer: ByteBuffer, of size: Int) -> [ByteBuffer] {
    var rest = buffer
    var result: [ByteBuffer] = []
    while rest.readableBytes > 0, let piece = rest.readSlice(length: min(size, rest.readableBytes)) { result.append(piece) }
    return result
}

/// Shuffles ciphertext until the handshake is over on the client's side and nothing is on the way.
@discardableResult
package func shuffleHandshake(_ client: TLSConnection, _ server: TestServer, chunk: Int = 1000) -> HandshakeProgress {
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
package func establish(
    _ server: ServerContext, context: TLSContext? = nil, name: DomainName? = "mx1.example.net", resuming: TLSResumption? = nil,
    chunk: Int = 1000
) throws -> (client: TLSConnection, server: TestServer) {
    let client = try TLSConnection(context: context ?? TLSContext(minimum: .tls12), serverName: name, resuming: resuming)
    let peer = try TestServer(server)
    try #require(shuffleHandshake(client, peer, chunk: chunk) == .complete)
    return (client, peer)
}
