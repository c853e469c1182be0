import Basics
import Testing

@testable import InterceptionRules

@Suite struct `Redirect rules` {
    static func rules(
        listen: [String] = ["127.0.0.1:10025", "[::1]:10026"], mark: Int = 0x57,
        _ change: (inout RedirectRules.Options) -> Void = { _ in }
    ) throws -> RedirectRules {
        var options = RedirectRules.Options()
        change(&options)
        return try RedirectRules(listen: listen.map { try #require(Endpoint($0)) }, mark: mark, options: options)
    }

    @Test func `the nftables text replaces a table of its own`() throws {
        let rules = try Self.rules()
        #expect(rules.warnings.isEmpty)
        #expect(
            rules.nftables == """
                #!/usr/sbin/nft -f
                # Weft: outbound SMTP goes through the proxy.
                # Redirected: connections of all users of this host to TCP port 25.
                # Left alone: Weft's own connections (mark 0x57), this host's own addresses,
                # loopback, private and link-local destinations.
                # Rejected: whatever of the redirected is on its way to port 25 all the same, such as connections
                # that are older than the rules.
                #
                # Load, also again after a change:  weft rules nftables | nft -f -
                # Look at it, with counters:        nft list table inet weft
                # Remove:                           nft delete table inet weft

                # The first line makes the table, so that the second can never fail.
                table inet weft
                delete table inet weft

                table inet weft {
                    set exempt4 {
                        type ipv4_addr; flags interval
                        elements = { 127.0.0.0/8, 10.0.0.0/8, 100.64.0.0/10, 169.254.0.0/16, 172.16.0.0/12, 192.168.0.0/16 }
                    }

                    set exempt6 {
                        type ipv6_addr; flags interval
                        elements = { ::1, fc00::/7, fe80::/10 }
                    }

                    # What processes of this host send.
                    chain output {
                        type nat hook output priority -100; policy accept
                        tcp dport != 25 return
                        meta mark 0x57 return
                        fib daddr type local return
                        ip daddr @exempt4 return
                        ip6 daddr @exempt6 return
                        meta nfproto ipv4 meta l4proto tcp counter redirect to :10025
                        meta nfproto ipv6 meta l4proto tcp counter redirect to :10026
                    }

                    # What is left alone is tracked apart: a connection that gets the port of such a one is not taken for it.
                    chain apart {
                        type filter hook output priority -300; policy accept
                        tcp dport != 25 return
                        meta mark 0x57 ct original zone set 25
                    }

                    # What was not redirected all the same, such as a connection older than the rules, does not leave.
                    chain output_rest {
                        type filter hook output priority 0; policy accept
                        tcp dport != 25 return
                        meta mark 0x57 return
                        fib daddr type local return
                        ip daddr @exempt4 return
                        ip6 daddr @exempt6 return
                        meta l4proto tcp counter reject with tcp reset
                    }
                }

                """)
    }

    @Test func `the iptables chains exempt before they redirect`() throws {
        let rules = try Self.rules {
            $0.users = ["postfix", "1001"]
            $0.includePrivate = true
        }
        #expect(
            rules.restoreText(ipv6: true) == """
                *raw
                :WEFT_OUTPUT - [0:0]
                -A WEFT_OUTPUT -m mark --mark 0x57 -j CT --zone-orig 25
                -A WEFT_OUTPUT -m owner --uid-owner postfix -j RETURN
                -A WEFT_OUTPUT -m owner --uid-owner 1001 -j RETURN
                -A WEFT_OUTPUT -j CT --zone-orig 25
                COMMIT
                *nat
                :WEFT_OUTPUT - [0:0]
                :WEFT_PREROUTING - [0:0]
                -A WEFT_OUTPUT -m mark --mark 0x57 -j RETURN
                -A WEFT_OUTPUT -m addrtype --dst-type LOCAL -j RETURN
                -A WEFT_OUTPUT -d ::1 -j RETURN
                -A WEFT_OUTPUT -p tcp -m owner --uid-owner postfix -j REDIRECT --to-ports 10026
                -A WEFT_OUTPUT -p tcp -m owner --uid-owner 1001 -j REDIRECT --to-ports 10026
                COMMIT
                *filter
                :WEFT_OUTPUT - [0:0]
                :WEFT_FORWARD - [0:0]
                -A WEFT_OUTPUT -m mark --mark 0x57 -j RETURN
                -A WEFT_OUTPUT -m addrtype --dst-type LOCAL -j RETURN
                -A WEFT_OUTPUT -d ::1 -j RETURN
                -A WEFT_OUTPUT -p tcp -m owner --uid-owner postfix -j REJECT --reject-with tcp-reset
                -A WEFT_OUTPUT -p tcp -m owner --uid-owner 1001 -j REJECT --reject-with tcp-reset
                COMMIT

                """)
        #expect(rules.iptables.contains(rules.restoreText(ipv6: false)))
        #expect(rules.iptables.contains(rules.restoreText(ipv6: true)))
        #expect(rules.iptables.contains("\nhook iptables nat OUTPUT\nunhook iptables nat PREROUTING\n"))
        #expect(rules.nftables.contains("        meta skuid != { postfix, 1001 } return\n"))
        #expect(!rules.nftables.contains("10.0.0.0/8"))
    }

    @Test func `forwarded connections go to the listener that is not on loopback`() throws {
        let listen = ["127.0.0.1:1", "0.0.0.0:2", "[::1]:3", "[2001:db8::1]:4"]
        let rules = try Self.rules(listen: listen) {
            $0.forwarded = true
            $0.interfaces = ["lan0", "br-1.2"]
        }
        #expect(rules.warnings.isEmpty)
        let prerouting = rules.nftables.split(separator: "chain prerouting").last.map(String.init) ?? ""
        #expect(prerouting.contains("        iifname != { \"lan0\", \"br-1.2\" } return\n"))
        #expect(prerouting.contains("redirect to :2\n") && prerouting.contains("redirect to :4\n"))
        #expect(prerouting.contains("fib daddr type local return"))
        #expect(!prerouting.contains("meta mark"))
        #expect(rules.restoreText(ipv6: false).contains("-A WEFT_PREROUTING -i lan0 -p tcp -j REDIRECT --to-ports 2\n"))
        #expect(rules.restoreText(ipv6: false).contains("-A WEFT_OUTPUT -p tcp -j REDIRECT --to-ports 1\n"))
    }

    @Test func `forwarding to a listener on loopback is warned of`() throws {
        let warnings = try Self.rules { $0.forwarded = true }.warnings
        #expect(warnings.count == 3)
        #expect(warnings.first?.hasSuffix("every [listen] address is loopback; listen on 0.0.0.0 or on that address") == true)
    }

    @Test func `an IP version without listener is not redirected, and warned of`() throws {
        let rules = try Self.rules(listen: ["127.0.0.1:1"])
        #expect(
            rules.warnings == ["no [listen] address is IPv6: IPv6 connections to port 25 are rejected; MTAs use the other version then"])
        #expect(!rules.nftables.contains("nfproto ipv6"))
        #expect(!rules.restoreText(ipv6: true).contains("REDIRECT"))
    }

    @Test func `local connections need a listener on loopback`() throws {
        let warnings = try Self.rules(listen: ["192.0.2.1:1", "[::]:1"]).warnings
        #expect(warnings == ["local IPv4 connections are redirected to the loopback address, but no [listen] address is on it"])
    }

    @Test func `without a mark only named users can be redirected`() throws {
        #expect(throws: RedirectRulesError.noMark) { try Self.rules(mark: 0) }
        let rules = try Self.rules(mark: 0) { $0.users = ["postfix"] }
        #expect(!rules.nftables.contains("mark") && !rules.restoreText(ipv6: false).contains("mark"))
    }

    @Test(arguments: ["", "-x", "a b", "a;b", "a\nb", "$(x)", "a}", "ü", String(repeating: "a", count: 33)])
    func `what is not a user name does not reach the rules`(_ name: String) {
        #expect(throws: RedirectRulesError.badUser(name)) { try Self.rules { $0.users = [name] } }
    }

    @Test(arguments: ["", "eth0 ", "eth0\"", "eth0;", "a/b", String(repeating: "a", count: 16)])
    func `what is not an interface name does not reach the rules`(_ name: String) {
        #expect(throws: RedirectRulesError.badInterface(name)) {
            try Self.rules {
                $0.forwarded = true
                $0.interfaces = [name]
            }
        }
    }

    @Test func `rules for nothing are an error`() {
        #expect(throws: RedirectRulesError.nothingToRedirect) { try Self.rules { $0.local = false } }
    }
}
