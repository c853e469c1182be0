import Basics
import DNS
import TLS
import TestSupport
import Testing

@testable import ConfigurationFile

@Suite struct `Reading a configuration` {
    @Test func `an empty file means the defaults`() throws {
        var read = try Configuration.parse("")
        read.origin = Configuration().origin
        #expect(read == Configuration())
        #expect(read.relay.listen.map(\.description) == ["127.0.0.1:10025", "[::1]:10025"])
    }

    @Test func `every key is read into its setting`() throws {
        let text = """
            [listen]
            address = ["0.0.0.0:25025"]
            intercept = "redirect"
            [upstream]
            source = ["192.0.2.9", "2001:db8::9"]
            mark = 7
            [dns]
            resolvers = ["192.0.2.53", "[::1]:5353"]
            dnssec = "off"
            trusted = ["192.0.2.53"]
            timeout = "250ms"
            attempts = 5
            cache-entries = 0
            [tls]
            trust = "/etc/roots.pem"
            minimum = "1.3"
            [policy]
            enforcement = "report"
            on-failure = "refuse"
            insecure-mx = "encrypt"
            on-pending = "proceed"
            sts-content-type = "warn"
            report-sender = "tlsrpt@provider.example"
            [journal]
            path = "/tmp/j.db"
            durability = "strict"
            retention = "12h"
            max-size = "32MiB"
            content = "headers"
            on-journal-failure = "continue"
            [admin]
            socket = "/tmp/s"
            http = "[::1]:99"
            [timeouts]
            connect = "1s"
            greeting = "2s"
            command = "3s"
            data = "4s"
            handshake = "5s"
            policy = "6s"
            fetch = "7s"
            drain = "8s"
            [limits]
            sessions = 20
            per-client = 10
            line = 2048
            recipients = 101
            transactions = 3
            message-buffer = "1MiB"
            pending-lookups = 4
            [[route]]
            destination = "203.0.113.0/24"
            host = "Relay.Example."
            policy = "none"
            [[client]]
            network = "192.0.2.0/24"
            enforcement = "enforce"
            [[domain]]
            name = "Example.COM."
            require = "none"
            enforcement = "enforce"
            on-failure = "defer"
            """
        #expect(KeyLocator.keys(of: text) == (try `The documentation`.knownKeys()))
        let read = try Configuration.parse(text)
        #expect(read.relay.listen == [Endpoint("0.0.0.0:25025")])
        #expect(read.relay.intercept == .redirect)
        #expect(read.relay.sources.map(\.description) == ["192.0.2.9", "2001:db8::9"])
        #expect([read.mark, read.relay.mark, read.dns.mark, read.fetch.mark] == [7, 7, 7, 7])
        #expect(read.dns.servers.compactMap { Endpoint($0)?.description } == ["192.0.2.53:53", "[::1]:5353"])
        #expect(read.dns.dnssec == .off)
        #expect(read.dns.trusted.map(\.description) == ["192.0.2.53"])
        #expect(read.dns.timeout == .milliseconds(250))
        #expect(read.dns.attempts == 5)
        #expect(read.dns.cacheEntries == 0)
        #expect(read.tls.trust == .pem("/etc/roots.pem"))
        #expect(read.fetch.caFile == "/etc/roots.pem")
        #expect(read.tls.minimum == .tls13)
        #expect(read.policy.settings.enforcement == .report)
        #expect(read.policy.settings.onFailure == .refuse)
        #expect(read.policy.settings.insecureMX == .encrypt)
        #expect(read.policy.settings.onPending == .proceed)
        #expect(read.fetch.contentType == .warn)
        #expect(read.relay.reportSender == "tlsrpt@provider.example")
        #expect(read.journal.path == "/tmp/j.db")
        #expect(read.relay.durability == .strict)
        #expect(read.journal.retention == .seconds(43_200))
        #expect(read.journal.maximumSize == 32 << 20)
        #expect(read.relay.content == .headers)
        #expect(read.relay.onJournalFailure == .continue)
        #expect(read.admin.socket == "/tmp/s")
        #expect(read.admin.http == Endpoint("[::1]:99"))
        let timeouts = read.relay.timeouts
        let waits = [
            timeouts.connect, timeouts.greeting, timeouts.command, timeouts.data, timeouts.handshake, timeouts.policy,
            read.fetch.totalTimeout, timeouts.drain,
        ]
        #expect(waits == (1...8).map { .seconds($0) })
        let limits = read.relay.limits
        #expect([limits.sessions, limits.perClient, limits.line, limits.recipients] == [20, 10, 2048, 101])
        #expect([limits.transactions, limits.messageBuffer, read.policy.mostLookups] == [3, 1 << 20, 4])
        #expect(read.relay.routes.map(\.policy.host) == ["relay.example"])
        #expect(read.relay.routes.map(\.network.description) == ["203.0.113.0/24"])
        #expect(read.relay.routes.map(\.policy.demand) == [.none])
        #expect(read.policy.clients.map(\.network.description) == ["192.0.2.0/24"])
        #expect(read.policy.clients.map(\.enforcement) == [.enforce])
        let domain = try #require(read.policy.domains["example.com"])
        #expect(domain.require == nil)
        #expect(domain.enforcement == .enforce)
        #expect(domain.onFailure == .defer)
        #expect(read.policy.domains["sub.example.com"] == nil)
    }

    @Test func `fewer sessions than the default per client lower that one`() throws {
        #expect(try Configuration.parse("[limits]\nsessions = 20").relay.limits.perClient == 20)
    }

    @Test func `a mark of 0 is none`() throws {
        let read = try Configuration.parse("[upstream]\nmark = 0")
        #expect([read.mark, read.relay.mark, read.dns.mark, read.fetch.mark] == [nil, nil, nil, nil])
    }

    @Test func `a domain may require dane`() throws {
        let read = try Configuration.parse("[[domain]]\nname = \"a.example\"\nrequire = \"dane\"")
        #expect(read.policy.domains["a.example"]?.require == .dane)
    }
}
