import Basics
import ConfigurationFile
import DNS
import Glibc
import NIOCore
import NIOPosix
import Reports

extension Checkup {
    /// Whether each resolver validates, and can tell good from bad where names for that were given.
    func resolvers() async -> [Finding] {
        let check = "resolver"
        guard configuration.dns.dnssec == .trustAD else {
            return [
                .warn(check, "[dns] dnssec = \"off\": there is no DANE", "run a validating resolver here, and set dnssec = \"trust-ad\"")
            ]
        }
        let settings: DNSSettings
        do {
            settings = try configuration.dnsWithServers()
        } catch {
            return [.fail(check, error.description, "name one in [dns] resolvers")]
        }
        let resolver = StubResolver(settings: settings, group: .singletonMultiThreadedEventLoopGroup)
        var findings: [Finding] = []
        for probe in await resolver.probeServers() {
            switch probe.result {
            case .validates: findings.append(.ok(check, "\(probe.server) validates DNSSEC"))
            case .doesNotValidate(let detail):
                let remedy = "run a validating resolver on this machine (unbound on 127.0.0.1, say)"
                findings.append(
                    configuration.policy.settings.enforcement == .enforce ? .fail(check, detail, remedy) : .warn(check, detail, remedy))
            case .unreachable(let detail): findings.append(.fail(check, detail, "start it, or take it out of [dns] resolvers"))
            }
        }
        if let signedName { findings.append(await signed(signedName, resolver)) }
        if let bogusName { findings.append(await bogus(bogusName, resolver)) }
        await resolver.shutdown()
        return findings
    }

    private func question(_ name: String) throws(DNSFailure) -> DomainName {
        do { return try DomainName(name, as: .question) } catch { throw DNSFailure(.malformed, "\"\(name)\" is no domain name: \(error)") }
    }

    private func signed(_ name: String, _ resolver: StubResolver) async -> Finding {
        do throws(DNSFailure) {
            let answer = try await resolver.mx(question(name), refresh: true)
            if answer.status == .secure { return .ok("signed name", "\(name) is secure") }
            return .fail("signed name", "\(name) is insecure", "is it signed? If so the resolver does not validate, or is not believed")
        } catch {
            return .fail("signed name", "look-up of \(name) failed: \(error)", "is it signed rightly? If so see to the resolver")
        }
    }

    private func bogus(_ name: String, _ resolver: StubResolver) async -> Finding {
        do throws(DNSFailure) {
            _ = try await resolver.addresses(question(name), family: .ipv4, refresh: true)
            return .fail("bogus name", "\(name) was answered", "is it signed wrongly? If so the resolver does not validate")
        } catch {
            if error.kind == .bogus { return .ok("bogus name", "\(name) is told to be bogus") }
            return .warn("bogus name", "look-up of \(name) failed otherwise: \(error)", "is it signed wrongly, and can it be reached?")
        }
    }

    /// Whether this user may mark sockets.
    func mark() -> Finding {
        let check = "mark"
        guard let mark = configuration.mark else { return .ok(check, "none is used") }
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return .warn(check, "no socket can be made to try: \(String(cString: strerror(errno)))", "try again") }
        defer { close(descriptor) }
        var value = UInt32(truncatingIfNeeded: mark)
        if setsockopt(descriptor, SOL_SOCKET, SO_MARK, &value, socklen_t(MemoryLayout<UInt32>.size)) == 0 {
            return .ok(check, "user \(geteuid()) may mark sockets with 0x\(String(mark, radix: 16))")
        }
        let remedy = "give Weft CAP_NET_ADMIN (AmbientCapabilities in its unit), or set [upstream] mark = 0 and redirect by user"
        let message = "user \(geteuid()) may not mark sockets: \(String(cString: strerror(errno)))"
        // The daemon may have the capability that this command lacks.
        return errno == EPERM && geteuid() != 0 ? .warn(check, message, remedy) : .fail(check, message, remedy)
    }

    /// Whether the daemon listens there, or could.
    func port(_ endpoint: Endpoint, _ daemon: DaemonStatus?) async -> Finding {
        let check = "listen"
        if let daemon, daemon.listen.contains(endpoint.description) { return .ok(check, "the daemon listens on \(endpoint)") }
        do {
            let channel = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                .bind(to: endpoint.socketAddress).get()
            try await channel.close().get()
        } catch {
            let code = (error as? IOError)?.errnoCode ?? 0
            switch code {
            case EADDRINUSE: return .fail(check, "\(endpoint) is used by another process", "find it with ss -ltnp, or listen elsewhere")
            case EADDRNOTAVAIL: return .fail(check, "\(endpoint) is not an address of this machine", "correct [listen] address")
            case EACCES: return .fail(check, "user \(geteuid()) may not listen on \(endpoint)", "take a port above 1023")
            default: return .fail(check, "cannot listen on \(endpoint): \(error)", "correct [listen] address")
            }
        }
        guard daemon == nil else {
            return .fail(check, "the daemon does not listen on \(endpoint)", "it runs with an older configuration; restart it")
        }
        return .ok(check, "\(endpoint) is free")
    }
}
