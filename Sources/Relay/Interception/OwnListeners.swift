import Basics

/// Where Weft itself listens, as far as destinations can lead there.
struct OwnListeners: Sendable {
    private let exact: Set<Endpoint>
    /// The ports on which every address of a family is listened on.
    private let wildcard: [AddressFamily: Set<Int>]
    private let isLocal: @Sendable (IPAddress) -> Bool

    /// Listeners, and which addresses are this machine's.
    init(_ endpoints: [Endpoint], isLocal: @escaping @Sendable (IPAddress) -> Bool) {
        exact = Set(endpoints)
        wildcard = Dictionary(grouping: endpoints.filter(\.isUnspecified), by: \.address.family).mapValues { Set($0.map(\.port)) }
        self.isLocal = isLocal
    }

    /// Whether who dials `destination` gets one of the listeners.
    func contains(_ destination: Endpoint) -> Bool {
        if exact.contains(destination) { return true }
        guard let ports = wildcard[destination.address.family], ports.contains(destination.port) else { return false }
        return destination.isUnspecified || isLocal(destination.address)
    }
}
