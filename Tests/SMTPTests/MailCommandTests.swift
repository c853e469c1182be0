import Basics
import TestSupport
import Testing

@testable import SMTP

private func mail(_ argument: String) throws -> MailCommand? {
    guard case .mail(let command) = try parse("MAIL FROM:\(argument)") else { return nil }
    return command
}

@Suite struct MailCommandTests {
    @Test(
        arguments: [
            ("<>", "", nil), ("<> SIZE=1", "", nil), ("<a@Example.ORG>", "a@Example.ORG", "example.org"),
            ("<a@[192.0.2.1]>", "a@[192.0.2.1]", nil),
            (#"<"x@y>"@example.org> SIZE=1"#, #""x@y>"@example.org"#, "example.org"),
            ("<a@bücher.example> SMTPUTF8", "a@bücher.example", "xn--bcher-kva.example"),
            ("<prvs=123=a+b=c@example.org>", "prvs=123=a+b=c@example.org", "example.org"),
        ] as [(String, String, DomainName?)])
    func `the sender is read`(argument: String, path: String, domain: DomainName?) throws {
        let command = try mail(argument)
        #expect(command?.reversePath == path)
        #expect(command?.senderDomain == domain)
        #expect(command?.quirks == [])
    }

    @Test func `parameters are read`() throws {
        let line = "<a@example.org> size=1000 BODY=8bitmime SMTPUTF8 RET=HDRS ENVID=QQ+3D314159@x>y AUTH=<> REQUIRETLS X-Y=1 "
        let command = try mail(line)
        #expect(command?.size == 1000)
        #expect(command?.body == .eightBitMIME)
        #expect(command?.smtpUTF8 == true)
        #expect(command?.requireTLS == true)
        #expect(
            command?.parameters.map(\.description) == [
                "SIZE=1000", "BODY=8bitmime", "SMTPUTF8", "RET=HDRS", "ENVID=QQ+3D314159@x>y", "AUTH=<>", "REQUIRETLS", "X-Y=1",
            ])
        #expect(command?.extensionsUsed == ["SIZE", "8BITMIME", "SMTPUTF8", "DSN", "AUTH", "REQUIRETLS", "X-Y"])
        #expect(command?.quirks == [])
        let plain = try mail("<a@example.org>")
        #expect(plain?.size == nil && plain?.body == nil && plain?.smtpUTF8 == false && plain?.requireTLS == false)
        #expect(plain?.extensionsUsed == [])
    }

    @Test(arguments: [("7bit", MailCommand.Body.sevenBit), ("8BITMIME", .eightBitMIME), ("BinaryMIME", .binaryMIME)])
    func `BODY is read in any mix of cases`(value: String, body: MailCommand.Body) throws {
        #expect(try mail("<> BODY=\(value)")?.body == body)
    }

    @Test(
        arguments: [
            "SIZE", "SIZE=", "SIZE=x", "SIZE=-1", "SIZE=1 SIZE=2", "SIZE=1 size=1", "SIZE=100000000000000000000", "SIZE=1=2", "BODY",
            "BODY=9BIT", "BODY=7BIT BODY=7BIT",
            "SMTPUTF8=yes", "REQUIRETLS=1", "SMTPUTF8 SMTPUTF8", "=x", "-X=1", "X_Y=1", "X=", "é=1", "RET=HDRS RET=FULL", "x>",
            (0..<21).map { "P\($0)" }.joined(separator: " "),
        ])
    func `wrong parameters are 501`(parameters: String) {
        let error = #expect(throws: CommandError.self) { try mail("<a@example.org> \(parameters)") }
        #expect(error?.reply.code == 501)
        #expect(error?.reply.enhancedStatus == "5.5.4")
    }

    @Test(arguments: [
        "", "<", "<a@b@c.example>", "<@r.example:a@example.org>", "<a@example.org>SIZE=1", "SIZE=10", "<a@192.0.2.1>", "a@example.org>",
    ])
    func `a sender that cannot be read with certainty is 501`(argument: String) {
        let error = #expect(throws: CommandError.self) { try mail(argument) }
        #expect(error?.reply.code == 501)
        #expect(error?.reply.enhancedStatus == "5.1.7")
    }

    @Test(
        arguments: [
            ("<root>", [.noDomain]), ("a@example.org", [.noBrackets]), ("<é@example.org>", [.nonASCIIWithoutSMTPUTF8]),
            (" <a@example.org>  SIZE=1", [.spaceAfterColon, .spacesBetweenParameters]),
        ] as [(String, [Quirk])])
    func `what is odd but clear is accepted and noted`(argument: String, quirks: [Quirk]) throws {
        #expect(try mail(argument)?.quirks == quirks.map(\.rawValue))
    }

    @Test func `a recipient names its extensions`() throws {
        guard
            case .rcpt(let command) = try parse(
                "RCPT TO:<a@example.org> NOTIFY=SUCCESS ORCPT=rfc822;a@example.org RRVS=2014-04-03T23:01:00Z")
        else {
            Issue.record("no RCPT")
            return
        }
        #expect(command.extensionsUsed == ["DSN", "RRVS"])
        #expect(command.parameters.map(\.value) == ["SUCCESS", "rfc822;a@example.org", "2014-04-03T23:01:00Z"])
    }
}
