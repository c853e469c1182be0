import Policy
import TLS

@testable import Relay

extension RunningSettings {
    /// The relay's settings, with the defaults of the others.
    convenience init(_ relay: RelaySettings = RelaySettings()) throws {
        self.init(relay: relay, policy: PolicySettings(), tls: try Self.context.get())
    }

    private static let context = Result { try TLSContext(minimum: .tls12) }
}
