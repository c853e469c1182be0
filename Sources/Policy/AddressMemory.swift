import Basics
import DANE
import Synchronization

/// Which MX hosts were seen at which addresses, for a bounded number of hosts and addresses.
///
/// None of it is evidence: it chooses the SNI of a first dial, and adds demands (a host seen at an address lately may be there still).
final class AddressMemory: Sendable {
    private struct State {
        var addresses: BoundedCache<DomainName, [IPAddress: ContinuousClock.Instant], ContinuousClock.Instant>
        var mapped: BoundedCache<IPAddress, DomainName, ContinuousClock.Instant>
        var authenticated: BoundedCache<IPAddress, DomainName, ContinuousClock.Instant>
    }

    /// An address and a time in a dictionary, which is half full.
    private static let octetsPerAddress = MemoryLayout<IPAddress>.stride + MemoryLayout<ContinuousClock.Instant>.stride
    /// Addresses of one host that are kept.
    private static let addressesPerHost = 64
    /// How long an address counts as the host's after it was seen, at the least: large hosters rotate answers within seconds.
    private static let memory: Duration = .seconds(3600)

    /// How long a name is the first guess for an address: servers move, and a guess that fails costs a dial.
    static let guess: Duration = .seconds(7 * 86_400)

    private let state: Mutex<State>

    /// Octets of all that is kept.
    var octets: Int { state.withLock { $0.addresses.octets + $0.mapped.octets + $0.authenticated.octets } }

    /// At most so many hosts and so many addresses with a name, of 512 octets each on the average.
    init(capacity: Int) {
        let octets = capacity * 512
        state = Mutex(
            State(
                addresses: BoundedCache(capacity: capacity, octetLimit: octets),
                mapped: BoundedCache(capacity: capacity, octetLimit: octets),
                authenticated: BoundedCache(capacity: capacity, octetLimit: octets)))
    }

    /// Notes the addresses that a look-up of `host` returned.
    func note(_ host: HostLookup, now: ContinuousClock.Instant) {
        guard !host.addresses.isEmpty else { return }
        let until = now + max(.seconds(host.ttl), Self.memory)
        state.withLock { state in
            var known = state.addresses.value(for: host.host, now: now) ?? [:]
            for address in host.addresses { known[address] = until }
            if known.count > Self.addressesPerHost {
                known = known.filter { now < $0.value }
                let surplus = known.sorted { $0.value < $1.value }.prefix(max(0, known.count - Self.addressesPerHost))
                for (address, _) in surplus { known[address] = nil }
            }
            let last = known.values.max() ?? until
            state.addresses.store(
                known, for: host.host, until: last, octets: host.host.text.utf8.count + 2 * known.count * Self.octetsPerAddress, now: now)
            let name = host.tlsaBase ?? host.host
            for address in host.addresses where state.mapped.value(for: address, now: now) == nil {
                state.mapped.store(name, for: address, until: now + Self.guess, octets: name.text.utf8.count, now: now)
            }
        }
    }

    /// Notes that the leg to `address` was authenticated under `serverName`.
    func noteAuthenticated(_ serverName: DomainName, at address: IPAddress, now: ContinuousClock.Instant) {
        state.withLock {
            $0.authenticated.store(serverName, for: address, until: now + Self.guess, octets: serverName.text.utf8.count, now: now)
        }
    }

    /// The most likely name of the host at `address`.
    func serverName(at address: IPAddress, now: ContinuousClock.Instant) -> DomainName? {
        state.withLock { $0.authenticated.value(for: address, now: now) ?? $0.mapped.value(for: address, now: now) }
    }

    /// K of the decision table: the hosts whose addresses include `address`.
    func hosts(of hosts: [HostLookup], at address: IPAddress, now: ContinuousClock.Instant) -> [DomainName] {
        hosts.filter { host in
            host.addresses.contains(address)
                || state.withLock { ($0.addresses.value(for: host.host, now: now)?[address]).map { now < $0 } ?? false }
        }.map(\.host)
    }
}
