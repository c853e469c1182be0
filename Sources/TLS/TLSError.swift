/// Something on our own side of TLS could not be set up: memory, the OpenSSL installation, or bytes that are no certificate.
public struct TLSError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What failed and why, in printable ASCII.
    public let description: String

    init(_ description: String) {
        self.description = description
    }

    /// `what` failed; OpenSSL's reasons are taken from its error queue.
    static func openSSL(_ what: String) -> TLSError {
        let reasons = OpenSSLError.drain().map(\.text)
        return TLSError(reasons.isEmpty ? what : "\(what): \(reasons.joined(separator: ", "))")
    }
}
