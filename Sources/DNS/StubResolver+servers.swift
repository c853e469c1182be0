import Basics
import NIOCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

extension StubResolver {
    /// Most bytes read of resolv.conf.
    private static let fileLimit = 64 * 1_024

    /// The resolvers of the system, on port 53: the `nameserver` lines of resolv.conf(5) in their order.
    /// Lines with an address that cannot be used (such as one with a zone) are passed over.
    public static func systemServers(path: String = "/etc/resolv.conf") throws(ResolverConfigurationError) -> [SocketAddress] {
        let servers = servers(inResolvConf: try contents(path))
        guard !servers.isEmpty else { throw .noServer(path: path) }
        return servers
    }

    static func servers(inResolvConf text: String) -> [SocketAddress] {
        text.split(whereSeparator: \.isNewline).compactMap { line in
            let words = line.split { $0 == " " || $0 == "\t" }
            guard words.count >= 2, words[0] == "nameserver" else { return nil }
            return IPAddress(String(words[1]))?.socketAddress(port: 53)
        }
    }

    private static func contents(_ path: String) throws(ResolverConfigurationError) -> String {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .unreadable(path: path, reason: String(cString: strerror(errno))) }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: fileLimit)
        var filled = 0
        while filled < fileLimit {
            let count = bytes.withUnsafeMutableBytes { read(descriptor, $0.baseAddress?.advanced(by: filled), fileLimit - filled) }
            guard count >= 0 else { throw .unreadable(path: path, reason: String(cString: strerror(errno))) }
            if count == 0 { break }
            filled += count
        }
        return String(decoding: bytes[..<filled], as: UTF8.self)
    }
}
