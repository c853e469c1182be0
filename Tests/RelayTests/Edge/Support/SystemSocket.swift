import Basics
import FoundationEssentials
import Glibc
import NIOCore
import Testing

/// A socket of this process as the system knows it, found by the ends of its connection.
struct SystemSocket {
    private let descriptor: Int32

    /// The socket at `local` that is connected to `remote`.
    init(local: Endpoint, remote: Endpoint) throws {
        let open = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").compactMap { Int32($0) }
        descriptor = try #require(
            open.first { Endpoint(ofSocket: $0, by: getsockname) == local && Endpoint(ofSocket: $0, by: getpeername) == remote },
            "no socket at \(local) is connected to \(remote)")
    }

    /// SO_MARK.
    var mark: Int {
        get throws {
            var mark: Int32 = 0
            var length = socklen_t(MemoryLayout<Int32>.size)
            try #require(getsockopt(descriptor, SOL_SOCKET, SO_MARK, &mark, &length) == 0)
            return Int(mark)
        }
    }

    /// Octets that have arrived and that nobody has read (FIONREAD).
    var unread: Int {
        get throws { try count(FIONREAD) }
    }

    /// Octets that the system has taken and the peer's has not acknowledged (SIOCOUTQ).
    var unacknowledged: Int {
        get throws { try count(TIOCOUTQ) }
    }

    private func count(_ what: Int32) throws -> Int {
        var count: Int32 = 0
        try #require(ioctl(descriptor, UInt(what), &count) == 0)
        return Int(count)
    }
}

extension Endpoint {
    /// An end of a socket, by getsockname(2) or getpeername(2); nil when it has none.
    init?(
        ofSocket descriptor: Int32, by ask: (Int32, UnsafeMutablePointer<sockaddr>?, UnsafeMutablePointer<socklen_t>?) -> Int32
    ) {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let address = withUnsafeMutableBytes(of: &storage) { bytes -> SocketAddress? in
            guard ask(descriptor, bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self), &length) == 0 else { return nil }
            return switch Int32(bytes.load(as: sa_family_t.self)) {
            case AF_INET: SocketAddress(bytes.load(as: sockaddr_in.self))
            case AF_INET6: SocketAddress(bytes.load(as: sockaddr_in6.self))
            default: nil
            }
        }
        guard let address else { return nil }
        self.init(address)
    }
}
