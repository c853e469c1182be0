/// Everything that Weft can be told, as `weft.toml` says it. `Configuration()` is what an empty file means.
public struct Configuration: Hashable, Sendable {
    /// `[listen]`
    public var listen = Listen()
    /// `[upstream]`
    public var upstream = Upstream()
    /// `[dns]`
    public var dns = DNSSettings()
    /// `[tls]`
    public var tls = TLSSettings()
    /// `[policy]`
    public var policy = PolicySettings()
    /// `[journal]`
    public var journal = JournalSettings()
    /// `[admin]`
    public var admin = AdminSettings()
    /// `[timeouts]`
    public var timeouts = Timeouts()
    /// `[limits]`
    public var limits = Limits()
    /// `[[route]]`, in the order of the file.
    public var routes: [Route] = []
    /// `[[client]]`, in the order of the file.
    public var clients: [ClientSettings] = []
    /// `[[domain]]`, in the order of the file.
    public var domains: [DomainSettings] = []
    /// Where the settings were written, for errors that are found later.
    public var origin = Origin()

    /// The defaults.
    public init() {}
}
