import COpenSSL

/// The BIO through which an `SSL` reads and writes the ciphertext of a `CallbackState`.
///
/// Unlike a memory BIO it owns no buffers, so an idle connection holds none.
enum CiphertextBIO {
    /// The table of callbacks, made once.
    /// Sound to share: it is written only here, before the first use, and never freed.
    private nonisolated(unsafe) static let method: OpaquePointer? = makeMethod()

    private static func makeMethod() -> OpaquePointer? {
        guard let method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "ciphertext") else { return nil }
        BIO_meth_set_create(method) { bio in
            BIO_set_init(bio, 1)
            return 1
        }
        BIO_meth_set_read(method) { bio, target, count in
            guard let bio, let target, count > 0, let state = CiphertextBIO.state(of: bio) else { return -1 }
            BIO_clear_retry_flags(bio)
            let copied = state.read(into: UnsafeMutableRawBufferPointer(start: target, count: Int(count)))
            if copied > 0 { return Int32(truncatingIfNeeded: copied) }
            if state.inputEnded { return 0 }
            BIO_set_retry_read(bio)
            return -1
        }
        BIO_meth_set_write(method) { bio, source, count in
            guard let bio, let source, count > 0, let state = CiphertextBIO.state(of: bio) else { return -1 }
            BIO_clear_retry_flags(bio)
            state.write(UnsafeRawBufferPointer(start: source, count: Int(count)))
            return count
        }
        BIO_meth_set_ctrl(method) { bio, command, _, _ in
            switch command {
            case BIO_CTRL_FLUSH: return 1
            case BIO_CTRL_EOF:
                guard let bio, let state = CiphertextBIO.state(of: bio) else { return 1 }
                return state.inputEnded && state.inputCount == 0 ? 1 : 0
            default: return 0
            }
        }
        return method
    }

    /// A BIO over `state`, which must outlive it. The caller owns the BIO.
    static func make(over state: CallbackState) -> OpaquePointer? {
        guard let method, let bio = BIO_new(method) else { return nil }
        BIO_set_data(bio, Unmanaged.passUnretained(state).toOpaque())
        return bio
    }

    /// The state behind a BIO that `make` returned.
    static func state(of bio: OpaquePointer) -> CallbackState? {
        guard let data = BIO_get_data(bio) else { return nil }
        return Unmanaged<CallbackState>.fromOpaque(data).takeUnretainedValue()
    }

    /// The state of the connection that `ssl` belongs to.
    static func state(ofSSL ssl: OpaquePointer?) -> CallbackState? {
        guard let bio = SSL_get_rbio(ssl) else { return nil }
        return state(of: bio)
    }
}
