import DNS
import Journal
import MTASTS
import Policy
import Relay
import TLS

/// Everything that Weft can be told: the settings of each module, as `weft.toml` has them. `Configuration()` is what an empty file means.
///
/// A setting lives in the module that uses it, with its default and its documentation. `Sections/` says which key of the file is which.
public struct Configuration: Hashable, Sendable {
    /// `[listen]`, `[upstream]`, `[[route]]`; `[timeouts]` and `[limits]` but for what is said of others below; of `[journal]` what sessions ask
    /// of it, of `[policy]` `report-sender`.
    public var relay = RelaySettings()
    /// `[policy]`, `[[client]]`, `[[domain]]`; of `[limits]` `pending-lookups`.
    public var policy = PolicySettings()
    /// Of `[policy]` `sts-content-type`, of `[timeouts]` `fetch`.
    public var fetch = PolicyFetchSettings()
    /// `[dns]`
    public var dns = DNSSettings()
    /// `[tls]`
    public var tls = TLSSettings() {
        didSet { fetch.caFile = tls.trust.file }
    }
    /// `[journal]`
    public var journal = JournalSettings()
    /// `[admin]`
    public var admin = AdminSettings()
    /// Where the settings were written, for errors that are found later.
    public var origin = Origin()

    /// The defaults.
    public init() {
        mark = 0x57
    }
}
