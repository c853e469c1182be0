import NIOCore
import TLS
import TestSupport
import Testing

@testable import Relay

/// Handshakes on a socket that come to nothing.
@Suite struct SecureHandshakeTests {
    private func failure(_ link: SecureLink) -> TLSFailure? {
        if case .failure(let failure) = link.info { failure } else { nil }
    }

    @Test(
        arguments: [
            // Nothing, and a record of which there is only the beginning.
            [], [22, 3, 3, 0x40, 0, 2],
        ] as [[UInt8]])
    func `a server that does not finish its answer is given up at the deadline`(octets: [UInt8]) async throws {
        let start = ContinuousClock.now
        let link = try await SecureLink(.init(answer: .octets(octets)), within: .milliseconds(50))
        #expect(failure(link)?.kind == .timeout)
        #expect(ContinuousClock.now - start >= .milliseconds(50))
    }

    @Test(arguments: [
        (Array("554 5.5.1 no TLS here, after all\r\n".utf8), TLSFailure.Kind.protocolVersion),
        (Array("HTTP/1.1 400 Bad Request\r\n\r\n".utf8), .protocolVersion),
        ([UInt8](repeating: 0xff, count: 100), .protocolVersion), ([22, 3, 3, 0, 4, 2, 0, 0, 0], .localAlert),
    ])
    func `what is no ServerHello fails the handshake at once`(octets: [UInt8], kind: TLSFailure.Kind) async throws {
        let link = try await SecureLink(.init(answer: .octets(octets)))
        #expect(failure(link)?.kind == kind, "\(link.info)")
    }

    @Test func `a connection that ends in the handshake fails it`() async throws {
        let link = try await SecureLink(.init(answer: .end))
        #expect(failure(link)?.kind == .closed, "\(link.info)")
    }

    /// RFC 3207 6, CVE-2021-38371.
    @Test(arguments: ["250 2.1.0 ok\r\n", "250-injected\r\n250 X\r\n", "2"])
    func `octets in clear before the handshake are not taken for encrypted ones`(injected: String) async throws {
        let link = try await SecureLink(.init(injected: injected), within: .seconds(2))
        #expect(failure(link) != nil, "\(link.info)")
    }
}
