import COpenSSL

/// The digest that evidence and certificates are addressed by.
public enum SHA256 {
    /// The 32 octets of SHA-256 over `bytes`.
    public static func digest(_ bytes: [UInt8]) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: 32)
        // The one-shot function has no state to run out of.
        _ = COpenSSL.SHA256(bytes, bytes.count, &digest)
        return digest
    }
}
