/// How far a handshake is.
public enum HandshakeProgress: Hashable, Sendable {
    /// More ciphertext of the peer is needed.
    case inProgress
    /// Application data can flow.
    case complete
    /// The connection is dead. There may still be an alert to send.
    case failed(TLSFailure)
}
