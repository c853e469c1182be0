import Basics
import NIOCore

/// The part of the resolver that lives on an event loop: the ways to the resolvers and which of them is asked first.
final class LookupEngine {
    private let loop: any EventLoop
    private let attempts: Int
    private let servers: [ServerLink]
    /// Where the last look-up that had an answer found it; a dead resolver costs its time-out once, not with every look-up.
    private var preferred = 0

    init(_ settings: DNSSettings, loop: any EventLoop) {
        self.loop = loop
        attempts = settings.attempts
        servers = settings.usedServers.map { ServerLink($0, settings: settings, loop: loop) }
    }

    /// Asks the resolvers, the preferred one first, and calls `completion` once, on the loop.
    func resolve(_ question: Question, completion: @escaping (Result<Reply, DNSFailure>) -> Void) {
        let first = preferred
        let order = Array(servers[first...] + servers[..<first])
        Lookup(question, servers: order, attempts: max(attempts, 1), loop: loop) { [self] result in
            if case .failure(let failure) = result, failure.kind == .timeout || failure.kind == .unreachable, preferred == first {
                preferred = servers.isEmpty ? 0 : (first + 1) % servers.count
            }
            completion(result)
        }.start()
    }

    /// Asks each resolver alone whether it validates.
    func probe(completion: @escaping ([ServerProbe]) -> Void) {
        var probes: [ServerProbe] = []
        guard !servers.isEmpty else { return completion([]) }
        for server in servers {
            // The root is signed and its SOA always there (RFC 8109 3 uses it likewise).
            let question = Question(name: .root, type: .soa)
            Lookup(question, servers: [server], attempts: max(attempts, 1), loop: loop) { result in
                probes.append(ServerProbe(server: server.name, result: ProbeResult(result, server: server)))
                if probes.count == self.servers.count { completion(probes) }
            }.start()
        }
    }

    /// Closes every socket; every look-up ends.
    func close() -> [EventLoopFuture<Void>] { servers.flatMap { $0.close() } }
}
