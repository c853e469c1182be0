/// A key whose change takes effect after a restart only. ``all`` is the one list of them; every other key is taken over by a reload.
package struct FixedSetting: Sendable {
    /// Without brackets, for example `listen`.
    package let section: String
    /// For example `address`.
    package let key: String
    /// Why a running daemon cannot take it over, for the operator.
    package let reason: String
    private let isChanged: @Sendable (Configuration, Configuration) -> Bool
    fileprivate let keep: @Sendable (inout Configuration, Configuration) -> Void

    private init<Value: Equatable & SendableMetatype>(
        _ section: String, _ key: String, _ path: WritableKeyPath<Configuration, Value> & Sendable, because reason: String
    ) {
        self.section = section
        self.key = key
        self.reason = reason
        isChanged = { $0[keyPath: path] != $1[keyPath: path] }
        keep = { $0[keyPath: path] = $1[keyPath: path] }
    }

    /// In the order of the file.
    package static let all: [FixedSetting] = [
        FixedSetting("listen", "address", \.relay.listen, because: "the sockets are opened at the start"),
        FixedSetting("listen", "intercept", \.relay.intercept, because: "the sockets are opened at the start"),
        FixedSetting("upstream", "mark", \.mark, because: "open sockets and the loaded redirect rules have the old one"),
        FixedSetting("dns", "resolvers", \.dns.servers, because: "the resolver is probed once, at the start"),
        FixedSetting("dns", "dnssec", \.dns.dnssec, because: "what is cached was believed under the old one"),
        FixedSetting("dns", "trusted", \.dns.trusted, because: "what is cached was believed under the old one"),
        FixedSetting("dns", "timeout", \.dns.timeout, because: "the resolver is started with it"),
        FixedSetting("dns", "attempts", \.dns.attempts, because: "the resolver is started with it"),
        FixedSetting("dns", "cache-entries", \.dns.cacheEntries, because: "the cache is made once"),
        FixedSetting("journal", "path", \.journal.path, because: "the database is opened at the start"),
        FixedSetting("admin", "socket", \.admin.socket, because: "the socket is opened at the start"),
        FixedSetting("admin", "http", \.admin.http, because: "the socket is opened at the start"),
    ]

    /// Those in which two configurations differ.
    package static func changed(from old: Configuration, to new: Configuration) -> [FixedSetting] {
        all.filter { $0.isChanged(old, new) }
    }

    /// What to tell the operator.
    package var message: String { "[\(section)] \(key) changed: takes effect after a restart (\(reason))" }
}

extension Configuration {
    /// This configuration as far as a daemon that was started with `old` can take it over.
    package func keepingFixedSettings(of old: Configuration) -> Configuration {
        var result = self
        for setting in FixedSetting.all { setting.keep(&result, old) }
        return result
    }
}
