import Policy
import TLS

/// What one reading of the configuration means for sessions: taken as a whole when a connection is accepted, and kept to the session's end.
///
/// So a session never sees half of an old and half of a new file, and nothing is locked for it after its first moment.
public final class RunningSettings: Sendable {
    /// The relay's own.
    public let relay: RelaySettings
    /// By which the policy judges the session's recipients.
    public let policy: PolicySettings
    /// With which legs are secured.
    public let tls: TLSContext

    /// Settings that belong together.
    public init(relay: RelaySettings, policy: PolicySettings, tls: TLSContext) {
        self.relay = relay
        self.policy = policy
        self.tls = tls
    }
}
