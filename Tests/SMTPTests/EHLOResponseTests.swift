import Testing

@testable import SMTP

private func response(_ lines: String...) -> EHLOResponse {
    EHLOResponse(reply: Reply(250, nil, lines: ["mx.example.net greets you"] + lines))
}

@Suite struct EHLOResponseTests {
    @Test func `keywords and their parameters are read in any mix of cases`() {
        let response = response("size 35882577", "8BITMIME", "AUTH PLAIN LOGIN", "AUTH=PLAIN", "Limits MAILMAX=10", "", " X")
        #expect(response.keywords == ["SIZE", "8BITMIME", "AUTH", "LIMITS"])
        #expect(response.offers("Size") && response.offers("8bitmime") && !response.offers("DSN") && !response.offers(""))
        #expect(response.parameters(of: "auth") == ["PLAIN", "LOGIN"])
        #expect(response.parameters(of: "8BITMIME") == [])
        #expect(response.parameters(of: "DSN") == nil)
        #expect(response.maximumSize == 35_882_577)
    }

    @Test(
        arguments: [("SIZE", nil), ("SIZE 0", nil), ("SIZE x", nil), ("SIZE 99999999999999999999", Int.max), ("X", nil)] as [(String, Int?)]
    )
    func `the largest size is read`(line: String, size: Int?) {
        #expect(response(line).maximumSize == size)
    }

    @Test func `the greeting line is no keyword`() {
        #expect(EHLOResponse(reply: Reply(250, nil, "STARTTLS")).keywords.isEmpty)
        #expect(EHLOResponse(reply: Reply(250, nil, lines: ["SIZE 5", "DSN"])).keywords == ["DSN"])
    }

    @Test func `two responses can be compared by their keywords`() {
        let before = response("8BITMIME", "SMTPUTF8", "DSN", "SIZE 10")
        let after = response("8bitmime", "SIZE 20")
        #expect(before.keywords.subtracting(after.keywords) == ["SMTPUTF8", "DSN"])
    }

    @Test func `keywords can be taken out of a response`() {
        let full = response("SIZE 10", "size 20", "DSN", "8BITMIME")
        #expect(full.without(["SIZE", "DSN"]) == response("8BITMIME"))
        #expect(full.without([]) == full)
        #expect(EHLOResponse(reply: Reply(250, nil, "SIZE")).without(["SIZE"]).reply == Reply(250, nil, "SIZE"))
    }

    @Test func `what is offered leaves out what is not the client's`() {
        let response = response(
            "PIPELINING", "SIZE 10", "starttls", "XCLIENT NAME ADDR", "XFORWARD NAME", "XEXCH50", "AUTH PLAIN", "AUTH=LOGIN", "ETRN",
            "ATRN", "BURL imap",
            "REQUIRETLS", "PIPECONNECT", "X_PIPE_CONNECT", "PRDR", "CHUNKING", "BINARYMIME", "DSN", "X-OTHER 1")
        let expected = [
            "mx.example.net greets you", "SIZE", "CHUNKING", "BINARYMIME", "DSN", "X-OTHER 1", "PIPELINING",
            "LIMITS RCPTDOMAINMAX=1",
        ]
        #expect(response.offered(to: "client.example") == Reply(250, nil, lines: expected))
        #expect(
            response.offered(to: "client.example", isAuthenticated: true).lines.filter { $0.hasPrefix("AUTH") } == [
                "AUTH PLAIN", "AUTH=LOGIN",
            ])
        #expect(response.offeredToHELO("client.example") == Reply(250, nil, "mx.example.net greets you"))
    }

    @Test(
        arguments: [
            (["LIMITS MAILMAX=5 RCPTMAX=100"], "LIMITS RCPTDOMAINMAX=1 MAILMAX=5 RCPTMAX=100"),
            (["LIMITS RCPTMAX=7 rcptdomainmax=20  MAILMAX=3"], "LIMITS RCPTDOMAINMAX=1 RCPTMAX=7 MAILMAX=3"),
            (["LIMITS", "limits RCPTMAX=7"], "LIMITS RCPTDOMAINMAX=1 RCPTMAX=7"),
            (["LIMITS RCPTDOMAINMAX=0 RCPTDOMAINMAX"], "LIMITS RCPTDOMAINMAX=1"),
            (["LIMITS MAILMAX=0 RCPTMAX=0 RCPTMAX=10"], "LIMITS RCPTDOMAINMAX=1 RCPTMAX=10"), ([], "LIMITS RCPTDOMAINMAX=1"),
        ])
    func `limits are merged`(lines: [String], expected: String) {
        let offered = EHLOResponse(reply: Reply(250, nil, lines: ["mx"] + lines)).offered(to: "client.example").lines
        #expect(offered == ["mx", "PIPELINING", expected])
    }

    @Test func `a limit is never cut short`() {
        let long = "LIMITS " + (100..<150).map { "X\($0)=12345" }.joined(separator: " ")
        let limits = response(long).offered(to: "client.example").lines.last ?? ""
        #expect(limits.utf8.count <= 506)
        #expect(limits.hasPrefix("LIMITS RCPTDOMAINMAX=1 X100=12345 ") && !limits.hasSuffix("..."))
    }

    @Test func `a server with very many keywords does not crowd out ours`() {
        let many = EHLOResponse(reply: Reply(250, nil, lines: ["mx", "8BITMIME"] + (0..<200).map { "X\($0)" }))
        let lines = many.offered(to: "client.example").lines
        #expect(lines.count == 100)
        #expect(lines.suffix(2) == ["PIPELINING", "LIMITS RCPTDOMAINMAX=1"])
    }
}
