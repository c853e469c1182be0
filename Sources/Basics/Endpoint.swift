import NIOCore

/// An IP address and a TCP or UDP port, as `127.0.0.1:10025` or `[::1]:10025`.
public struct Endpoint: Hashable, Sendable, LosslessStringConvertible {
    /// The address, without zone.
    public var address: IPAddress
    /// 1 to 65535 when read from text; 0 in code asks the system for a free port.
    public var port: Int

    /// An endpoint of these parts.
    public init(address: IPAddress, port: Int) {
        self.address = address
        self.port = port
    }

    /// Strict: brackets round IPv6 and only there, a port in decimal without sign or leading zero.
    public init?(_ description: String) {
        guard let colon = description.lastIndex(of: ":") else { return nil }
        let portText = description[description.index(after: colon)...]
        guard portText.utf8.allSatisfy(\.isDigit), portText.first != "0" else { return nil }
        guard let port = Int(portText), (1...65535).contains(port) else { return nil }
        var host = description[..<colon]
        let isBracketed = host.hasPrefix("[") && host.hasSuffix("]") && host.count > 2
        if isBracketed { host = host.dropFirst().dropLast() }
        guard let address = IPAddress(String(host)), address.isIPv6 == isBracketed else { return nil }
        self.init(address: address, port: port)
    }

    /// As it is read.
    public var description: String {
        address.isIPv6 ? "[\(address)]:\(port)" : "\(address):\(port)"
    }

    /// Whether the address is `0.0.0.0` or `::`.
    public var isUnspecified: Bool {
        address.bytes.allSatisfy { $0 == 0 }
    }
}

extension Endpoint {
    /// The address and port of a socket; nil for one without an IP address.
    public init?(_ address: SocketAddress) {
        guard let ip = IPAddress(address), let port = address.port else { return nil }
        self.init(address: ip, port: port)
    }

    /// For NIO.
    public var socketAddress: SocketAddress { address.socketAddress(port: port) }
}
