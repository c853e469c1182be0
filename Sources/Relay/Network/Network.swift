import Basics
import NIOCore
import TLS

/// How a session reaches the world. Tests put scripted peers here.
protocol Network: AnyObject {
    /// Connects to the original destination, from `source` unless the system is to choose. `signal` is raised for everything that happens on
    /// the stream.
    func dial(_ destination: Endpoint, from source: IPAddress?, signal: Signal) async throws(DialFailure) -> any ByteStream
    /// Does the TLS handshake over a stream on which the server answered STARTTLS with 220.
    func secure(
        _ stream: any ByteStream, destination: Endpoint, serverName: DomainName?, signal: Signal, deadline: NIODeadline
    ) async -> Result<SecuredStream, TLSFailure>
}

/// Why a destination could not be reached.
struct DialFailure: Error, Hashable {
    /// In the words of an operator's log: "connection refused".
    var reason: String
}

/// A stream with TLS on, and who is at its other end.
struct SecuredStream {
    var stream: any ByteStream
    var info: TLSInfo
    var chain: CertificateChain?
    /// What to do when a verdict fails: the session must not be resumed.
    var forgetSession: () -> Void
}
