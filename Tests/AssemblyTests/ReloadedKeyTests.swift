import Testing

@testable import Assembly
@testable import ConfigurationFile
@testable import Relay

/// Another value for each key, as an edit of ``base``: the text that is replaced (nothing for a section of its own), and what takes its place.
private let edits: [(String, String, String)] = [
    ("listen.address", "", "[listen]\naddress = [\"127.0.0.1:10099\"]"),
    ("upstream.source", "", "[upstream]\nsource = [\"192.0.2.1\"]"),
    ("upstream.mark", "", "[upstream]\nmark = 1"),
    ("dns.resolvers", "", "[dns]\nresolvers = [\"127.0.0.9\"]"),
    ("dns.dnssec", "", "[dns]\ndnssec = \"off\""),
    ("dns.trusted", "", "[dns]\ntrusted = [\"192.0.2.53\"]"),
    ("dns.timeout", "", "[dns]\ntimeout = \"5s\""),
    ("dns.attempts", "", "[dns]\nattempts = 5"),
    ("dns.cache-entries", "", "[dns]\ncache-entries = 5"),
    ("tls.trust", "", "[tls]\ntrust = \"/other.pem\""),
    ("tls.minimum", "", "[tls]\nminimum = \"1.3\""),
    ("policy.enforcement", "", "[policy]\nenforcement = \"report\""),
    ("policy.on-failure", "", "[policy]\non-failure = \"refuse\""),
    ("policy.insecure-mx", "", "[policy]\ninsecure-mx = \"off\""),
    ("policy.on-pending", "", "[policy]\non-pending = \"proceed\""),
    ("policy.sts-content-type", "", "[policy]\nsts-content-type = \"warn\""),
    ("policy.report-sender", "", "[policy]\nreport-sender = \"tlsrpt@provider.example\""),
    ("journal.path", "", "[journal]\npath = \"/other.db\""),
    ("journal.durability", "", "[journal]\ndurability = \"strict\""),
    ("journal.retention", "", "[journal]\nretention = \"1d\""),
    ("journal.max-size", "", "[journal]\nmax-size = \"1GiB\""),
    ("journal.content", "", "[journal]\ncontent = \"full\""),
    ("journal.on-journal-failure", "", "[journal]\non-journal-failure = \"continue\""),
    ("admin.socket", "", "[admin]\nsocket = \"/other.sock\""),
    ("admin.http", "", "[admin]\nhttp = \"127.0.0.1:8099\""),
    ("timeouts.connect", "", "[timeouts]\nconnect = \"7s\""),
    ("timeouts.greeting", "", "[timeouts]\ngreeting = \"7s\""),
    ("timeouts.command", "", "[timeouts]\ncommand = \"7s\""),
    ("timeouts.data", "", "[timeouts]\ndata = \"7s\""),
    ("timeouts.handshake", "", "[timeouts]\nhandshake = \"7s\""),
    ("timeouts.policy", "", "[timeouts]\npolicy = \"7s\""),
    ("timeouts.fetch", "", "[timeouts]\nfetch = \"7s\""),
    ("timeouts.drain", "", "[timeouts]\ndrain = \"7s\""),
    ("limits.sessions", "", "[limits]\nsessions = 700"),
    ("limits.per-client", "", "[limits]\nper-client = 7"),
    ("limits.line", "", "[limits]\nline = 2048"),
    ("limits.recipients", "", "[limits]\nrecipients = 700"),
    ("limits.transactions", "", "[limits]\ntransactions = 7"),
    ("limits.message-buffer", "", "[limits]\nmessage-buffer = \"64KiB\""),
    ("limits.pending-lookups", "", "[limits]\npending-lookups = 7"),
    ("route.destination", "203.0.113.5", "203.0.113.6"),
    ("route.host", "host = \"a.example\"", "host = \"b.example\""),
    ("route.policy", "policy = \"verify\"", "policy = \"none\""),
    ("client.network", "192.0.2.0/24", "192.0.2.0/25"),
    ("client.enforcement", "enforcement = \"report\" # client", "enforcement = \"enforce\""),
    ("domain.name", "name = \"a.example\"", "name = \"b.example\""),
    ("domain.require", "require = \"none\"", "require = \"dane\""),
    ("domain.enforcement", "enforcement = \"report\" # domain", "enforcement = \"enforce\""),
    ("domain.on-failure", "on-failure = \"refuse\"", "on-failure = \"defer\""),
]

private let base = """
    [[route]]
    destination = "203.0.113.5"
    host = "a.example"
    policy = "verify"
    [[client]]
    network = "192.0.2.0/24"
    enforcement = "report" # client
    [[domain]]
    name = "a.example"
    require = "none"
    enforcement = "report" # domain
    on-failure = "refuse"
    """

@Suite struct `What a reload does with a changed key` {
    @Test func `every key is looked at`() throws {
        // That there is one way only to intercept is no change that could be made.
        #expect(RelaySettings.Intercept.allCases.count == 1)
        let known = Set(try Configuration.read(base, file: nil).1.knownKeys)
        #expect(Set(edits.map(\.0)).union(["listen.intercept"]) == known)
    }

    @Test(arguments: edits)
    func `it is taken over, or named`(key: String, old: String, new: String) throws {
        let running = try Configuration.parse(base)
        let changed = try Configuration.parse(old.isEmpty ? new + "\n" + base : base.replacing(old, with: new))
        let named = FixedSetting.changed(from: running, to: changed).map { "\($0.section).\($0.key)" }
        let isTakenOver = ChangeableSettings(changed.keepingFixedSettings(of: running)) != ChangeableSettings(running)
        #expect(named == (isTakenOver ? [] : [key]))
    }

    @Test func `what is named keeps its value, and the rest changes all the same`() throws {
        let running = Configuration()
        let new = try Configuration.parse("[listen]\naddress = [\"127.0.0.1:1\"]\n[limits]\nline = 2048\n[admin]\nsocket = \"/x\"")
        #expect(
            FixedSetting.changed(from: running, to: new).map(\.message) == [
                "[listen] address changed: takes effect after a restart (the sockets are opened at the start)",
                "[admin] socket changed: takes effect after a restart (the socket is opened at the start)",
            ])
        let effective = new.keepingFixedSettings(of: running)
        #expect(effective.relay.listen == running.relay.listen && effective.admin == running.admin && effective.relay.limits.line == 2048)
    }
}
