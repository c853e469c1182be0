import Basics

/// The firewall rules that bring outbound SMTP to the listeners, as text for nftables or iptables.
///
/// What must never be redirected is exempt in every form of them: connections that Weft itself opens (by their `SO_MARK`), connections to this
/// host (inbound mail), and, unless asked for, private destinations.
public struct RedirectRules: Sendable {
    /// What is redirected.
    public struct Options: Hashable, Sendable {
        /// Connections that processes of this host open (the nat output hook).
        public var local = true
        /// Connections that this host forwards for others (the nat prerouting hook).
        public var forwarded = false
        /// The interfaces that forwarded connections must arrive on; empty for any.
        public var interfaces: [String] = []
        /// Private and link-local destinations too.
        public var includePrivate = false
        /// Only local connections of these users (names or numbers); empty for all users.
        public var users: [String] = []

        /// Local connections of all users to destinations that are not private.
        public init() {}
    }

    /// What the rules leave open or cannot work with; to be shown to the operator.
    public let warnings: [String]
    let options: Options
    let mark: Int
    /// The ports of the local and of the forwarded redirect; nil where nothing listens for that IP version.
    let ports: [IPVersion: Ports]

    struct Ports: Hashable, Sendable {
        var local: Int
        var forwarded: Int
    }

    enum IPVersion: String, CaseIterable, Sendable {
        case v4 = "IPv4"
        case v6 = "IPv6"
    }

    /// Rules that lead to these listeners.
    ///
    /// - Parameters:
    ///   - listen: where Weft listens.
    ///   - mark: the `SO_MARK` of Weft's own connections; 0 for none.
    ///   - options: what is redirected.
    /// - Throws: a `RedirectRulesError` when the rules would redirect Weft's own connections to itself, or a name is not one.
    public init(listen: [Endpoint], mark: Int, options: Options = Options()) throws(RedirectRulesError) {
        guard options.local || options.forwarded else { throw .nothingToRedirect }
        if options.local && mark == 0 && options.users.isEmpty { throw .noMark }
        for user in options.users where !Self.isUserName(user) { throw .badUser(user) }
        for interface in options.interfaces where !Self.isInterfaceName(interface) { throw .badInterface(interface) }
        self.options = options
        self.mark = mark
        var ports: [IPVersion: Ports] = [:]
        var warnings: [String] = []
        for version in IPVersion.allCases {
            let listeners = listen.filter { $0.address.isIPv6 == (version == .v6) }
            guard let first = listeners.first else {
                warnings.append(
                    "no [listen] address is \(version.rawValue): \(version.rawValue) connections to port 25 are rejected; MTAs use the other version then"
                )
                continue
            }
            let onLoopback = listeners.first { $0.address.isLoopback || $0.isUnspecified }
            let onInterfaces = listeners.first { !$0.address.isLoopback }
            if options.local && onLoopback == nil {
                warnings.append(
                    "local \(version.rawValue) connections are redirected to the loopback address, but no [listen] address is on it")
            }
            if options.forwarded && onInterfaces == nil {
                warnings.append(
                    "forwarded \(version.rawValue) connections are redirected to the primary address of the interface they arrive on, "
                        + "but every [listen] address is loopback; listen on \(version == .v4 ? "0.0.0.0" : "[::]") or on that address")
            }
            ports[version] = Ports(local: (onLoopback ?? first).port, forwarded: (onInterfaces ?? first).port)
        }
        if options.forwarded && options.interfaces.isEmpty {
            warnings.append(
                "mail that arrives from outside for hosts behind this one is redirected too; name the inner interfaces to leave it alone")
        }
        self.ports = ports
        self.warnings = warnings
    }

    /// As `useradd` makes them, or a number.
    static func isUserName(_ text: String) -> Bool {
        guard (1...32).contains(text.utf8.count), text.first != "-", text.first != "." else { return false }
        return text.utf8.allSatisfy { $0.isAlphanumeric || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".") }
    }

    /// At most 15 octets (IFNAMSIZ), of those that need no quoting anywhere.
    static func isInterfaceName(_ text: String) -> Bool {
        text.utf8.count <= 15 && isUserName(text)
    }
}

/// Why there can be no rules.
public enum RedirectRulesError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Neither local nor forwarded connections were asked for.
    case nothingToRedirect
    /// Weft's own connections could not be told from the others.
    case noMark
    /// Not a user name or number.
    case badUser(String)
    /// Not an interface name.
    case badInterface(String)

    /// What is wrong, in one line.
    public var description: String {
        switch self {
        case .nothingToRedirect: "neither local nor forwarded connections are to be redirected"
        case .noMark:
            "[upstream] mark is 0, so Weft's own connections would be redirected to itself; set a mark or name the users to redirect"
        case .badUser(let user): "\"\(user)\" is not a user name or number"
        case .badInterface(let name): "\"\(name)\" is not the name of a network interface"
        }
    }
}
