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
    /// `[listen]`, `[upstream]`, `[timeouts]`, `[limits]`, `[[route]]`; what sessions ask of the `[journal]`; the `report-sender` of `[policy]`.
    public var relay = RelaySettings()
    /// `[policy]`, `[[client]]`, `[[domain]]`; the `pending-lookups` of `[limits]`.
    public var policy = PolicySettings()
    /// The `sts-content-type` of `[policy]`, the `fetch` of `[timeouts]`.
    public var fetch = PolicyFetchSettings()
    /// `[dns]`
    public var dns = DNSSettings()
    /// `[tls]`
    public var tls = TLSSettings() {
        // Policy hosts are judged by the same roots.
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
