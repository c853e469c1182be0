import COpenSSL
import FoundationEssentials

/// The roots that PKIX verification ends at, loaded once and shared.
public final class TrustStore: Sendable {
    /// Where roots come from.
    public enum Source: Hashable, Sendable {
        /// The bundle of the operating system.
        case system
        /// A file of PEM certificates, by its absolute path.
        case pem(String)

        /// The file, when one was named.
        public var file: String? {
            if case .pem(let path) = self { path } else { nil }
        }
    }

    /// Where operating systems keep their bundle: Debian and Alpine, Red Hat, SUSE, BSD.
    public static let systemPaths = [
        "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/ca-bundle.pem", "/etc/ssl/cert.pem",
    ]

    /// The file that was read.
    public let path: String
    /// How many certificates are trusted.
    public let certificateCount: Int

    /// Sound to share: nothing is added after `init`, and OpenSSL locks the store when it looks something up.
    nonisolated(unsafe) let pointer: OpaquePointer

    /// Reads the roots; 140 of them take some 30 ms.
    public init(_ source: Source) throws(TrustStoreError) {
        switch source {
        case .pem(let path): self.path = path
        case .system:
            guard let path = TrustStore.systemPaths.first(where: { FileManager.default.isReadableFile(atPath: $0) }) else {
                throw TrustStoreError(
                    "no system trust bundle: none of \(TrustStore.systemPaths.joined(separator: ", ")) can be read;"
                        + " install the package ca-certificates or name a PEM file")
            }
            self.path = path
        }
        ERR_clear_error()
        guard let store = X509_STORE_new() else { throw TrustStoreError("cannot make a trust store: out of memory") }
        pointer = store
        guard X509_STORE_load_file(store, path) == 1 else {
            certificateCount = 0
            let reasons = OpenSSLError.drain().map(\.text).joined(separator: ", ")
            throw TrustStoreError("cannot read trusted certificates from \(path): \(reasons)")
        }
        certificateCount = Int(sk_X509_OBJECT_num(X509_STORE_get0_objects(store)))
        guard certificateCount > 0 else { throw TrustStoreError("no certificate in \(path)") }
    }

    deinit {
        X509_STORE_free(pointer)
    }
}

/// The trusted certificates cannot be loaded.
public struct TrustStoreError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Which file, and why.
    public let description: String

    init(_ description: String) {
        self.description = description
    }
}
