import Basics
import NIOCore
import TestSupport
import Testing

@testable import SMTP

private func recipient(_ argument: String) throws -> RcptCommand? {
    guard case .rcpt(let command) = try parse("RCPT TO:\(argument)") else { return nil }
    return command
}

@Suite struct RcptCommandTests {
    @Test(
        arguments: [
            ("<a@example.org>", "a", "example.org"),
            ("<A.b+c@EXAMPLE.Org>", "A.b+c", "example.org"),
            (#"<"a@example.net"@example.org>"#, #""a@example.net""#, "example.org"),
            (#"<"a>b"@example.org>"#, #""a>b""#, "example.org"),
            (#"<"a\"@example.net"@example.org>"#, #""a\"@example.net""#, "example.org"),
            (#"<"a\\"@example.org>"#, #""a\\""#, "example.org"),
            (#"<"a b"@example.org> NOTIFY=NEVER"#, #""a b""#, "example.org"),
            (#"<""@example.org>"#, #""""#, "example.org"),
            ("<user%example.net@example.org>", "user%example.net", "example.org"),
            ("<example.net!user@example.org>", "example.net!user", "example.org"),
            ("<a=b{c}|~^`'*/?#$&@x-1.example>", "a=b{c}|~^`'*/?#$&", "x-1.example"),
            ("<jürgen@example.org>", "jürgen", "example.org"),
            ("<用户@例子.example>", "用户", "xn--fsqu00a.example"),
            ("<a@BÜCHER.example>", "a", "xn--bcher-kva.example"),
            ("<a@faß.example>", "a", "xn--fa-hia.example"),
            ("<a@bu\u{308}cher.example>", "a", "xn--bcher-kva.example"),
            ("<a@XN--BCHER-KVA.example>", "a", "xn--bcher-kva.example"),
            ("<a@localhost>", "a", "localhost"),
            ("<a@1.example>", "a", "1.example"),
            ("<a@0x1g>", "a", "0x1g"),
            ("<postmaster@example.org>", "postmaster", "example.org"),
        ])
    func `the domain is what stands behind the at sign of the address`(argument: String, localPart: String, domain: DomainName) throws {
        let command = try recipient(argument)
        #expect(command?.localPart == localPart)
        #expect(command?.domain == .name(domain))
        #expect(command?.quirks == [])
        #expect(command.map { argument.hasPrefix("<\($0.forwardPath)>") } == true)
    }

    @Test(
        arguments: [
            ("<a@[192.0.2.1]>", ip("192.0.2.1")), ("<a@[IPv6:2001:DB8:0::1]>", ip("2001:db8::1")),
            ("<a@[ipv6:::ffff:192.0.2.1]>", ip("::ffff:192.0.2.1")),
        ])
    func `an address literal is read`(argument: String, address: IPAddress) throws {
        #expect(try recipient(argument)?.domain == .addressLiteral(address))
    }

    @Test(arguments: ["<a@\u{1f4a9}.example>", "<a@mail.\u{2603}.example>"])
    func `a domain that IDNA has no form for is taken as it is, and noted`(argument: String) throws {
        let command = try #require(try recipient(argument))
        #expect(command.domain == .unmapped(String(argument.dropFirst(3).dropLast())))
        #expect(command.domain.name == nil)
        #expect(command.quirks.contains("domain that IDNA has no form for"))
        #expect(RecipientDomain(command.domain.description) == command.domain)
    }

    @Test(arguments: ["RCPT TO:<a@example.net>\t", "RCPT TO:<a@example.net> \t \t", "RSET\t", "QUIT  "])
    func `white space at the end of a line is tolerated`(line: String) throws {
        _ = try Command.parse(ByteBuffer(string: line), bareLF: false)
    }

    @Test(arguments: ["<postmaster>", "<PostMaster>"])
    func `postmaster needs no domain`(argument: String) throws {
        let command = try recipient(argument)
        #expect(command?.domain == RecipientDomain.none)
        #expect(command?.domain.name == nil)
    }

    @Test(
        arguments: [
            (" <a@example.org>", [.spaceAfterColon]), ("a@example.org", [.noBrackets]),
            (" a@example.org NOTIFY=NEVER", [.spaceAfterColon, .noBrackets]),
            ("<a..b@example.org>", [.dots]), ("<.a@example.org>", [.dots]), ("<a.@example.org>", [.dots]),
            ("<a@example.org.>", [.finalDot]),
            ("<a@x_y.example.org>", [.underscore]), ("<a@_x.example.org.>", [.underscore, .finalDot]),
            ("<a@example.org>  NOTIFY=NEVER   ORCPT=rfc822;a", [.spacesBetweenParameters]),
            ("<a@example.org> ORCPT=rfc822;prvs=1=a@example.org", [.equalsInValue]),
            ("<\(String(repeating: "a", count: 65))@example.org>", [.longLocalPart]),
        ] as [(String, [Quirk])])
    func `what is odd but clear is accepted and noted`(argument: String, quirks: [Quirk]) throws {
        let command = try recipient(argument)
        #expect(command?.quirks == quirks.map(\.rawValue))
        #expect(command?.domain.name?.isWithin("example.org") == true)
    }

    @Test func `spaces before TO and the colon are accepted and noted`() throws {
        guard case .rcpt(let command) = try parse("rcpt  to  : <a@example.org>") else {
            Issue.record("no RCPT")
            return
        }
        #expect(command.domain == .name("example.org"))
        #expect(command.quirks == [Quirk.spacesBeforeFrom, .spaceBeforeColon, .spaceAfterColon].map(\.rawValue))
    }

    @Test(
        arguments: [
            // Nothing, or no domain.
            "", "<>", "< >", "<a>", "<@>", "<a@>", "a", "a@", "<postmaster", "postmaster", #"<"postmaster">"#, "NOTIFY=NEVER",
            // Source routes and more than one at sign.
            "<@example.net:a@example.org>", "@example.net:a@example.org", "<a@example.net@example.org>", "<a@example.net,b@example.org>",
            "<example.net:a@example.org>",
            // Brackets.
            "<a@example.org", "a@example.org>", "<<a@example.org>>", "<a@example.org>>", "<a@example.org><b@example.net>",
            "<a@example.org>x",
            "<a@example.org>@example.net", "Alice <a@example.org>", "<a@example.org >", "< a@example.org>", "<a@example.org>NOTIFY=NEVER",
            "<a@example.org x>", "a<b@example.org>",
            // Quotes and backslashes.
            #"<"a@example.org>"#, #"<"a"b@example.org>"#, #"<a"b"@example.org>"#, #"<"a"."b"@example.org>"#, #"<a\@b@example.org>"#,
            #"<"a\"@example.org>"#, #"<"a\"#, #"<"\é"@example.org>"#, "<\"", "\"", "<a b@example.org>", "<a(c)@example.org>",
            "<a@example.org(c)>",
            // Domains.
            "<a@example..org>", "<a@.example.org>", "<a@.>", "<a@example.org..>", "<a@-example.org>", "<a@example-.org>",
            "<a@exa+mple.org>",
            "<a@\(String(repeating: "a", count: 64)).example>", "<a@\(String(repeating: "abc.", count: 63))ab>", "<a@192.0.2.1>", "<a@1>",
            "<a@0x7f000001>", "<a@127.0.0.0x1>", "<a@192.0.2.1.>", "<a@example.org/x>", "<a@example.org:25>", "<a@example.org\\>",
            // Internationalized domains that are none.
            "<a@a\u{200d}b.example>", "<a@\u{ff20}.example>", "<a@例子..example>", "<a@例子。。example>",
            "<a@\(String(repeating: "例", count: 300)).example>",
            // Address literals.
            "<a@[]>", "<a@[192.0.2.1>", "<a@192.0.2.1]>", "<a@[192.0.2]>", "<a@[192.0.2.256]>", "<a@[192.0.2.01]>",
            "<a@[192.0.2.1].example>",
            "<a@[2001:db8::1]>", "<a@[IPv6:2001:db8::1::2]>", "<a@[IPv6:]>", "<a@[IPv6:fe80::1%eth0]>", "<a@[x:y]>", "<a@[[192.0.2.1]]>",
            "<a@[ 192.0.2.1]>",
        ])
    func `what could be read in more than one way is 501`(argument: String) {
        let error = #expect(throws: CommandError.self) { try recipient(argument) }
        #expect(error?.reply.code == 501)
        #expect(error?.reply.enhancedStatus == "5.1.3")
    }

    @Test func `the longest label and name are accepted`() throws {
        let label = String(repeating: "a", count: 63)
        let name = "\(label).\(label).\(label).\(String(repeating: "a", count: 61))"
        #expect(name.utf8.count == 253)
        #expect(try recipient("<a@\(name)>")?.domain == .name("\(name)"))
        #expect(try recipient("<a@\(name).>")?.domain == .name("\(name)"))
        #expect(throws: CommandError.self) { try recipient("<a@a\(name)>") }
    }
}
