import Basics
import Glibc
import NIOCore
import NIOPosix
import TestSupport

/// A network of its own (network_namespaces(7)) whose packet filter redirects a destination to a listener, and two connections there.
///
/// A thread enters it, makes the sockets and ends. The network is gone when these are closed.
struct RedirectingNetwork {
    /// Whether this process may make one and set rules in it.
    static let isPossible: Bool = ["iptables", "ip6tables"].allSatisfy { filter in
        let attempt = try? ChildProcess("unshare", ["--net", filter, "--table", "nat", "--list-rules"], directory: "/dev", output: "null")
        return attempt?.waitUntilExit() == 0
    }

    /// A socket that listens. Who makes a channel of it closes it.
    let listener: Int32
    /// A client that connected to the destination.
    let redirected: Int32
    /// A client that connected to the listener.
    let direct: Int32

    /// Clients at `client` connect to `destination`, and to where it is redirected to.
    static func make(client: IPAddress, destination: Endpoint, listen: Endpoint) async throws -> RedirectingNetwork {
        let pool = NIOThreadPool(numberOfThreads: 1)
        pool.start()
        do {
            let network = try await pool.runIfActive { try RedirectingNetwork(client: client, destination: destination, listen: listen) }
            try await pool.shutdownGracefully()
            return network
        } catch {
            try await pool.shutdownGracefully()
            throw error
        }
    }

    /// Leaves the calling thread in the network.
    private init(client: IPAddress, destination: Endpoint, listen: Endpoint) throws {
        try Self.enter()
        let filter = client.isIPv6 ? "ip6tables" : "iptables"
        let script = """
            ip link set lo up
            ip address add \(client) dev lo\(client.isIPv6 ? " nodad" : "")
            ip route add \(destination.address) dev lo src \(client)
            \(filter) --table nat --append OUTPUT --protocol tcp --destination \(destination.address) --dport \(destination.port) \
            --jump REDIRECT --to-ports \(listen.port)
            """
        let status = try ChildProcess("/bin/sh", ["-e", "-c", script], directory: "/dev", output: "null").waitUntilExit()
        guard status == 0 else { throw IOError(errnoCode: EPERM, reason: "the rules were not taken") }

        listener = try Self.open(listen.address.family)
        try check("bind", listen.socketAddress.withSockAddr { [listener] in bind(listener, $0, socklen_t($1)) })
        try check("listen", Glibc.listen(listener, 8))
        redirected = try Self.connect(to: destination)
        direct = try Self.connect(to: listen)
    }

    /// Closes the clients.
    func close() {
        for client in [redirected, direct] { Glibc.close(client) }
    }

    /// Takes the calling thread into a new network: unshare(2), which Swift's Glibc leaves out.
    private static func enter() throws {
        typealias Unshare = @convention(c) (Int32) -> Int32
        guard let unshare = dlsym(nil, "unshare") else { throw IOError(errnoCode: ENOSYS, reason: "unshare") }
        let newNetwork: Int32 = 0x4000_0000  // CLONE_NEWNET
        try check("unshare", unsafeBitCast(unshare, to: Unshare.self)(newNetwork))
    }

    private static func open(_ family: AddressFamily) throws -> Int32 {
        let descriptor = socket(family == .ipv6 ? AF_INET6 : AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        try check("socket", descriptor)
        return descriptor
    }

    /// A blocking connect: the system answers it by itself, or not at all.
    private static func connect(to endpoint: Endpoint) throws -> Int32 {
        let descriptor = try open(endpoint.address.family)
        var patience = timeval(tv_sec: 5, tv_usec: 0)
        try check("setsockopt", setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size)))
        try check("connect", endpoint.socketAddress.withSockAddr { Glibc.connect(descriptor, $0, socklen_t($1)) })
        return descriptor
    }
}

private func check(_ call: String, _ result: Int32) throws {
    if result < 0 { throw IOError(errnoCode: errno, reason: call) }
}
