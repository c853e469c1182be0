import Basics
import DNS
import Journal
import MTASTS
import NIOCore
import Policy
import Relay
import TLS

// The configuration in the terms of the modules that it is for.

package typealias StoreSettings = JournalSettings

extension Configuration {
    package var relay: RelaySettings {
        var settings = RelaySettings(
            listen: listen.addresses, mark: upstream.mark == 0 ? nil : upstream.mark,
            sources: upstream.source)
        settings.timeouts.connect = timeouts.connect.timeAmount
        settings.timeouts.greeting = timeouts.greeting.timeAmount
        settings.timeouts.command = timeouts.command.timeAmount
        settings.timeouts.data = timeouts.data.timeAmount
        settings.timeouts.handshake = timeouts.handshake.timeAmount
        settings.timeouts.policy = timeouts.policy.timeAmount
        settings.timeouts.drain = timeouts.drain.timeAmount
        settings.reportSender = policy.reportSender
        settings.routes = routes.map { route in
            RelaySettings.Route(
                network: route.destination, policy: RoutePolicy(host: route.host, demand: route.policy == .verify ? .verify : .none))
        }
        settings.limits.sessions = limits.sessions
        settings.limits.perClient = limits.perClient
        settings.limits.line = limits.line
        settings.limits.recipients = limits.recipients
        settings.limits.transactions = limits.transactions
        settings.limits.messageBuffer = limits.messageBuffer
        settings.content =
            switch journal.content {
            case .none: .none
            case .headers: .headers
            case .full: .full
            }
        settings.strictDurability = journal.durability == .strict
        settings.continueWithoutJournal = journal.onFailure == .continue
        return settings
    }

    package var decisions: Policy.PolicySettings {
        var result = Policy.PolicySettings(settings: policy.decision)
        result.mostLookups = limits.pendingLookups
        result.clients = clients.compactMap { client in
            client.enforcement.map { .init(network: client.network, enforcement: $0.decision) }
        }
        for domain in domains {
            var settings = policy.decision
            if let enforcement = domain.enforcement {
                settings.enforcement = enforcement.decision
                result.domainsWithEnforcement.insert(domain.name)
            }
            if let onFailure = domain.onFailure { settings.onFailure = onFailure.decision }
            if domain.require == .dane { settings.require = .dane }
            result.domains[domain.name] = settings
        }
        return result
    }

    /// The resolvers to ask: those configured, or the system's.
    package func dnsServers() throws(ConfigurationError) -> [SocketAddress] {
        guard dns.resolvers.isEmpty else { return dns.resolvers.map(\.endpoint.socketAddress) }
        do {
            return try StubResolver.systemServers()
        } catch {
            throw self.error(section: "dns", key: "resolvers", "\(error)")
        }
    }

    package var fetcher: PolicyFetchSettings {
        var settings = PolicyFetchSettings()
        if case .file(let path) = tls.trust { settings.caFile = path }
        settings.mark = upstream.mark == 0 ? nil : upstream.mark
        settings.totalTimeout = timeouts.fetch
        settings.contentType = policy.stsContentType
        return settings
    }
}

extension Configuration.PolicySettings {
    package var decision: DecisionSettings {
        let insecure: DecisionSettings.InsecureMX =
            switch insecureMX {
            case .off: .off
            case .encrypt: .encrypt
            case .dane: .dane
            }
        return DecisionSettings(
            enforcement: enforcement.decision, onFailure: onFailure.decision, insecureMX: insecure,
            onPending: onPending == .defer ? .defer : .proceed)
    }
}

extension Configuration.PolicySettings.Enforcement {
    package var decision: DecisionSettings.Enforcement { self == .enforce ? .enforce : .report }
}

extension Configuration.PolicySettings.FailureAnswer {
    package var decision: DecisionSettings.OnFailure { self == .defer ? .defer : .refuse }
}

extension Configuration.DNSSettings {
    package func settings(_ servers: [SocketAddress], mark: Int) -> DNS.DNSSettings {
        DNS.DNSSettings(
            servers: servers, trustAD: dnssec == .trustAD, trusted: trusted, timeout: timeout.timeAmount, attempts: attempts,
            mark: mark == 0 ? nil : mark, cacheEntries: cacheEntries)
    }
}

extension Configuration.TLSSettings.Trust {
    package var source: TrustStore.Source {
        switch self {
        case .system: .system
        case .file(let path): .pem(path)
        }
    }
}

extension Configuration.JournalSettings {
    package var settings: StoreSettings {
        StoreSettings(
            path: path, durability: durability == .strict ? .strict : .batched, retention: retention, maximumSize: maxSize)
    }
}

extension Duration {
    package var timeAmount: TimeAmount {
        let (seconds, attoseconds) = components
        return .nanoseconds(seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
    }
}
