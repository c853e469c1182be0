import Basics
import DANE
import FoundationEssentials
import Synchronization

/// Which MX hosts were seen at which addresses, for a bounded number of hosts and addresses.
///
/// None of it is evidence: it chooses the SNI of a first dial, and adds demands (a host seen at an address lately may be there still).
final class AddressMemory: Sendable {
    private struct State {
        var addresses: BoundedCache<String, [IPAddress: Date]>
        var mapped: BoundedCache<IPAddress, String>
        var authenticated: BoundedCache<IPAddress, String>
    }

    /// Addresses of one host that are kept.
    private static let addressesPerHost = 64
    /// How long an address counts as the host's after it was seen, at the least: large hosters rotate answers within seconds.
    private static let memory: TimeInterval = 3600

    private let state: Mutex<State>

    init(capacity: Int) {
        state = Mutex(
            State(
                addresses: BoundedCache(capacity: capacity), mapped: BoundedCache(capacity: capacity),
                authenticated: BoundedCache(capacity: capacity)))
    }

    /// Notes the addresses that a look-up of `host` returned.
    func note(_ host: HostLookup, now: Date) {
        guard !host.addresses.isEmpty else { return }
        let until = now.addingTimeInterval(max(TimeInterval(host.ttl), Self.memory))
        state.withLock { state in
            var known = state.addresses[host.host] ?? [:]
            for address in host.addresses { known[address] = until }
            if known.count > Self.addressesPerHost {
                known = known.filter { now < $0.value }
                let surplus = known.sorted { $0.value < $1.value }.prefix(max(0, known.count - Self.addressesPerHost))
                for (address, _) in surplus { known[address] = nil }
            }
            state.addresses[host.host] = known
            for address in host.addresses where state.mapped[address] == nil { state.mapped[address] = host.tlsaBase ?? host.host }
        }
    }

    /// Notes that the leg to `address` was authenticated under `serverName`.
    func noteAuthenticated(_ serverName: String, at address: IPAddress) {
        state.withLock { $0.authenticated[address] = serverName }
    }

    /// The most likely name of the host at `address`.
    func serverName(at address: IPAddress) -> String? {
        state.withLock { $0.authenticated[address] ?? $0.mapped[address] }
    }

    /// K of the decision table: the hosts whose addresses include `address`.
    func hosts(of hosts: [HostLookup], at address: IPAddress, now: Date) -> [String] {
        hosts.filter { host in
            host.addresses.contains(address)
                || state.withLock { ($0.addresses[host.host]?[address]).map { now < $0 } ?? false }
        }.map(\.host)
    }
}
