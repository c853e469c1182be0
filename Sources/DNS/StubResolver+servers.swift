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

    /// The address of a resolver as in the configuration: `192.0.2.1`, `192.0.2.1:5353`, `2001:db8::1` or `[2001:db8::1]:5353`; port 53 if
    /// none is given.
    public static func server(_ text: String) throws(ResolverConfigurationError) -> SocketAddress {
        if let address = IPAddress(text) { return address.socketAddress(port: 53) }
        var host = text[...]
        var port = 53
        if let colon = text.lastIndex(of: ":"), !text.hasSuffix("]") {
            let digits = text[text.index(after: colon)...]
            guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let given = UInt16(digits), given > 0 else {
                throw .invalidServer(text)
            }
            port = Int(given)
            host = text[..<colon]
        }
        let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
        guard let address = IPAddress(String(isBracketed ? host.dropFirst().dropLast() : host)), address.isIPv6 == isBracketed else {
            throw .invalidServer(text)
        }
        return address.socketAddress(port: port)
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
