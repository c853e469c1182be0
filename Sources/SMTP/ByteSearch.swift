import NIOCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

extension UnsafeRawBufferPointer {
    /// The index of the first `octet` at or after `start`, found at the speed of `memchr`.
    func firstIndex(of octet: UInt8, from start: Int) -> Int? {
        guard let base = baseAddress, start < count, let found = memchr(base + start, Int32(octet), count - start) else { return nil }
        return UnsafeRawPointer(found) - base
    }
}

extension ByteBuffer {
    /// How many readable octets come before the first line feed, looking only at `limit` octets from the offset `start` on.
    func offsetOfLineFeed(from start: Int, limit: Int) -> Int? {
        withUnsafeReadableBytes { octets in
            let end = Swift.min(octets.count, start + limit)
            guard start < end else { return nil }
            return UnsafeRawBufferPointer(rebasing: octets[..<end]).firstIndex(of: .lineFeed, from: start)
        }
    }
}
