import TLS

/// Why nothing more arrives on a stream.
enum StreamEnd: Error, Hashable, CustomStringConvertible {
    /// The peer closed the connection.
    case closed
    /// The connection broke.
    case failed(String)
    /// TLS broke.
    case tls(TLSFailure)

    var description: String {
        switch self {
        case .closed: "connection closed"
        case .failed(let why): why
        case .tls(let failure): failure.detail
        }
    }
}
