import Synchronization

/// The chains in use, so that thousands of connections to one host share one copy of its certificates.
final class ChainTable: Sendable {
    static let shared = ChainTable()

    private struct Entry {
        weak var chain: CertificateChain?
    }

    private let entries = Mutex<[[UInt8]: Entry]>([:])

    /// The chain in use with this digest.
    func chain(_ digest: [UInt8]) -> CertificateChain? {
        entries.withLock { $0[digest]?.chain }
    }

    /// Adds `chain` unless an equal one came first; returns the one that is in the table.
    func insert(_ chain: CertificateChain) -> CertificateChain {
        entries.withLock { entries in
            if let earlier = entries[chain.digest]?.chain { return earlier }
            entries[chain.digest] = Entry(chain: chain)
            return chain
        }
    }

    /// Removes the entry of a chain that is going away, unless another one took its place meanwhile.
    func remove(_ digest: [UInt8]) {
        // What the weak reference gave may be the last strong one by now: it must not be released, and run its `deinit`, under the lock.
        _ = entries.withLock { entries in
            let successor = entries[digest]?.chain
            if successor == nil { entries[digest] = nil }
            return successor
        }
    }

    /// How many chains are in use.
    var count: Int { entries.withLock { $0.count } }
}

extension CertificateChain {
    /// The chain of the certificates in `stack`: the one in use if there is an equal one, in which case `stack` is made to share its
    /// certificates as well.
    static func interned(_ stack: OpaquePointer) throws(TLSError) -> CertificateChain {
        let certificates = try CertificateStack(sharing: stack)
        let digests = CertificateDigests(certificates)
        let chain = ChainTable.shared.chain(digests.chain) ?? ChainTable.shared.insert(CertificateChain(certificates, digests))
        chain.certificates.replaceCertificates(of: stack)
        return chain
    }
}
