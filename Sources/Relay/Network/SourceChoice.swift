import Basics

/// From which of this machine's addresses a destination is dialled.
///
/// Chosen once for a session, so that all its legs leave from one address, and its records name the address that was used.
protocol SourceChoice: Sendable {
    /// The source address of legs to `destination`; nil leaves it to the system.
    func source(for destination: IPAddress) -> IPAddress?
}

/// The first address of the destination's family.
struct FirstSource: SourceChoice {
    /// In the operator's order.
    let addresses: [IPAddress]

    func source(for destination: IPAddress) -> IPAddress? {
        addresses.first { $0.family == destination.family }
    }
}

extension RelaySettings {
    /// How these settings choose.
    var sourceChoice: FirstSource { FirstSource(addresses: sources) }
}
