import FoundationEssentials
import Records
import TestSupport
import Testing

@testable import Reports

@Suite struct `Decisions for people` {
    static func table(_ width: Int?) throws -> String {
        let style = Style(isColoured: false, width: width)
        let decisions = [try Fixture.deferral(), try Fixture.acceptance()]
        let table = DecisionTable(for: decisions, style: style, isFollowing: false)
        return Table(columns: table.columns, rows: decisions.map(table.cells)).render(style)
    }

    @Test func `a pipe gets every column`() throws {
        let lines = try Self.table(nil).split(separator: "\n").map { $0.split(separator: /\ {2,}/).map(String.init) }
        #expect(lines[0] == ["TIME (UTC)", "ACTION", "POLICY", "REASON", "RECIPIENT", "SERVER", "CLIENT", "TLS", "SESSION"])
        #expect(
            lines[1] == [
                "2026-11-23 08:15:30", "defer", "sts", "certificate-host-mismatch", "a@example.net", "mx1.example.net", "192.0.2.7",
                "unauthenticated", "01KAQX5ETA0000000000000001",
            ])
        #expect(lines.count == 3)
    }

    @Test func `80 columns are enough`() throws {
        #expect(
            try Self.table(80) == """
                TIME (UTC)      ACTION        REASON              RECIPIENT       SESSION
                11-23 08:15:30  defer         certificate-host-…  a@example.net   01KAQX5ETA0000
                11-23 08:15:30  would refuse  no-policy           b@open.example  01KAQX5ETA0000

                """)
    }

    @Test func `120 columns have whole ids`() throws {
        #expect(
            try Self.table(120) == """
                TIME (UTC)           ACTION        POLICY  REASON            RECIPIENT       SERVER           SESSION
                2026-11-23 08:15:30  defer         sts     certificate-hos…  a@example.net   mx1.example.net  01KAQX5ETA0000000000000001
                2026-11-23 08:15:30  would refuse  none    no-policy         b@open.example  203.0.113.25     01KAQX5ETA0000000000000001

                """)
    }

    @Test func `while following, columns have room for what comes`() throws {
        let style = Style(isColoured: false, width: 80)
        let table = DecisionTable(for: [], style: style, isFollowing: true)
        let layout = Table(columns: table.columns, rows: []).layout(style)
        #expect(Table.line(table.cells(try Fixture.deferral()), layout, style).count <= 81)
        #expect(
            Table.line(table.cells(try Fixture.acceptance()), layout, style) == """
                11-23 08:15:30  would refuse  no-policy         b@open.example    01KAQX5ETA0000

                """)
    }

    @Test func `only what is not accepted has a colour`() throws {
        #expect(DecisionTable.action(try Fixture.deferral().decision).colour == .yellow)
        #expect(DecisionTable.action(try Fixture.acceptance().decision).colour == .red)
        var accepted = try Fixture.acceptance().decision
        accepted.would = nil
        #expect(DecisionTable.action(accepted).colour == nil)
    }
}

@Suite struct `A session for people` {
    @Test func `it reads from top to bottom`() throws {
        #expect(
            SessionText(try Fixture.session(), style: .plain).render() == """
                Session 01KAQX5ETA0000000000000001
                  opened       2026-11-23 08:15:30.250 UTC
                  client       192.0.2.7:51234 (mta.sender.example)
                  destination  203.0.113.25:25, from 198.51.100.9
                  ended        after 61.3 s: client quit
                  traffic      1 message delivered, 12.3 kB from the client, 812 B from the server

                  0.001 |>  connected to 203.0.113.25:25
                  0.015 <|  220 mx1.example.net ESMTP
                  0.020 ->  EHLO mta.sender.example
                  0.021 >|  STARTTLS
                  0.022 |<  220 ready
                  0.120 ->  RCPT TO:<a@example.net>
                  0.120 ==  DEFER a@example.net: certificate-host-mismatch (sts)
                              the certificate names mail.example.org
                              server  mx1.example.net [203.0.113.25]
                              leg     TLS 1.3 unauthenticated, TLS_AES_256_GCM_SHA384, SNI mx1.example.net, resumed, certificate ababababa\
                bababab…
                              DNS     MX insecure, address insecure
                              STS     enforce, mx mx1.example.net *.mail.example.net, id 20261101, fetched 2026-11-23 07:15:30
                              waits   DNS 12 ms, policy 40 ms, TLS 3.3 ms
                              id      01KAQX5ETA00000000000000D1
                  0.120 <-  451 4.7.5 MTA-STS: certificate of mx1.example.net does not name it (01KAQX5ETA00000000000000D1)
                  0.200 ->  RCPT TO:<b@open.example>
                  0.200 ==  WOULD REFUSE b@open.example: no-policy
                              fate    delivered: 250 2.0.0 queued
                              id      01KAQX5ETA00000000000000D2
                  0.210 <|  250 \\x1b]0;owned\\x07 ok
                 61.234 --  client closed

                #  SENDER              ACCEPTED  REFUSED     SIZE  OUTCOME    REPLY
                1  <s@sender.example>         1        1  12.0 kB  delivered  250 2.0.0 queued

                """)
    }

    @Test func `it fits 80 columns and keeps its indentation`() throws {
        let text = SessionText(try Fixture.session(), style: Style(isColoured: false, width: 80)).render()
        #expect(text.split(separator: "\n").allSatisfy { $0.count <= 80 })
        #expect(
            text == """
                Session 01KAQX5ETA0000000000000001
                  opened       2026-11-23 08:15:30.250 UTC
                  client       192.0.2.7:51234 (mta.sender.example)
                  destination  203.0.113.25:25, from 198.51.100.9
                  ended        after 61.3 s: client quit
                  traffic      1 message delivered, 12.3 kB from the client, 812 B from the
                               server

                  0.001 |>  connected to 203.0.113.25:25
                  0.015 <|  220 mx1.example.net ESMTP
                  0.020 ->  EHLO mta.sender.example
                  0.021 >|  STARTTLS
                  0.022 |<  220 ready
                  0.120 ->  RCPT TO:<a@example.net>
                  0.120 ==  DEFER a@example.net: certificate-host-mismatch (sts)
                              the certificate names mail.example.org
                              server  mx1.example.net [203.0.113.25]
                              leg     TLS 1.3 unauthenticated, TLS_AES_256_GCM_SHA384, SNI
                                      mx1.example.net, resumed, certificate abababababababab…
                              DNS     MX insecure, address insecure
                              STS     enforce, mx mx1.example.net *.mail.example.net, id
                                      20261101, fetched 2026-11-23 07:15:30
                              waits   DNS 12 ms, policy 40 ms, TLS 3.3 ms
                              id      01KAQX5ETA00000000000000D1
                  0.120 <-  451 4.7.5 MTA-STS: certificate of mx1.example.net does not name it
                            (01KAQX5ETA00000000000000D1)
                  0.200 ->  RCPT TO:<b@open.example>
                  0.200 ==  WOULD REFUSE b@open.example: no-policy
                              fate    delivered: 250 2.0.0 queued
                              id      01KAQX5ETA00000000000000D2
                  0.210 <|  250 \\x1b]0;owned\\x07 ok
                 61.234 --  client closed

                #  SENDER              ACCEPTED  REFUSED     SIZE  OUTCOME    REPLY
                1  <s@sender.example>         1        1  12.0 kB  delivered  250 2.0.0 queued

                """)
    }

    @Test func `nothing in it but our own colours can reach the terminal`() throws {
        let text = SessionText(try Fixture.session(), style: Style(isColoured: true, width: 80)).render()
        #expect(text.contains("250 \\x1b]0;owned\\x07 ok"))
        let rest = text.replacing(/\u{1b}\[[0-9]+m/, with: "")
        #expect(rest.unicodeScalars.allSatisfy { $0 == "\n" || $0.value >= 0x20 })
    }

    @Test func `decisions are shown when their connection is no longer kept`() throws {
        var session = try Fixture.session()
        session.connection = nil
        session.transcript = []
        session.transactions = []
        let text = SessionText(session, style: .plain).render()
        #expect(text.contains("the connection's own records are not kept any more"))
        #expect(text.contains("  0.000 ==  DEFER a@example.net"))
        #expect(text.contains("  0.080 ==  WOULD REFUSE b@open.example"))
    }

    @Test func `a session without end says so`() throws {
        var session = try Fixture.session()
        session.connection?.closed = nil
        #expect(SessionText(session, style: .plain).render().contains("ended        not yet, or Weft stopped before it could say\n"))
    }
}

@Suite struct `Policies for people` {
    @Test func `the list has what matters first`() {
        #expect(
            PolicyList([Fixture.policy()]).text(Style(isColoured: false, width: 80, now: Fixture.start)) == """
                DOMAIN       MODE     MX               EXPIRES  CHECKED  USED   LAST ERROR
                example.net  enforce  mx1.example.net  in 6d    1m ago   never  sts-policy-fetc…

                """)
    }

    @Test func `one policy is shown with its text`() {
        #expect(
            PolicyView(Fixture.policy()).text(Style(isColoured: false, width: nil, now: Fixture.start)) == """
                example.net
                  mode         enforce
                  mx           mx1.example.net
                  max age      604800 s (7d)
                  id           20261101
                  fetched      2026-11-23 07:15:30 UTC (1h ago)
                  expires      2026-11-30 07:15:30 UTC (in 6d)
                  checked      2026-11-23 08:14:30 UTC (1m ago)
                  used         never
                  host         203.0.113.80
                  certificate  abcd
                  last error   sts-policy-fetch-error: 404

                  version: STSv1
                  mode: enforce
                  mx: mx1.example.net
                  max_age: 604800
                  note: \\x1bc

                """)
    }

    @Test func `the history has each text under its head`() {
        let row = PolicyHistoryRow(
            domain: "example.net", policyID: "1\u{1b}", mode: .testing, text: "version: STSv1\nmode: testing\n", fetchedAt: Fixture.start,
            sourceAddress: ip("203.0.113.80"), certificateSHA256: nil)
        #expect(
            PolicyHistoryView([row, row]).text(.plain) == """
                2026-11-23 08:15:30 UTC  testing  id 1\\x1b from 203.0.113.80
                  version: STSv1
                  mode: testing

                2026-11-23 08:15:30 UTC  testing  id 1\\x1b from 203.0.113.80
                  version: STSv1
                  mode: testing

                """)
    }
}
