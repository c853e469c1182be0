import TestSupport
import Testing

@testable import ConfigurationFile

/// One bad file and the error that it must give, after `weft.toml:`.
struct BadFile: CustomTestStringConvertible, Sendable {
    var text: String
    var error: String

    init(_ text: String, _ error: String) {
        self.text = text
        self.error = error
    }

    var testDescription: String { error }
}

@Suite struct `Errors of a configuration` {
    static let single = [
        // Syntax
        BadFile("[policy]\non-failure = \n", "2: syntax error: "),
        BadFile("[policy\n", "1: syntax error: "),
        BadFile("[tls]\nminimum = \"1.2\"\nminimum = \"1.3\"\n", "3: syntax error: "),
        BadFile("[tls]\n[dns]\n\n[tls]\n", "4: syntax error: "),
        // Unknown
        BadFile("\n[polcy]\n", "2: [polcy]: unknown section; did you mean \"policy\"?"),
        BadFile("[policy]\non_failure = \"defer\"", "2: [policy] on_failure: unknown key; did you mean \"on-failure\"?"),
        BadFile("[tls]\ncolour = 1", "2: [tls] colour: unknown key; known keys: trust, minimum"),
        BadFile("sessions = 1", "1: sessions: unknown key outside of a section"),
        BadFile("[[domain]]\nname = \"a.example\"\n[[domain]]\nname = \"b.example\"\nhost = 1", "5: [[domain]] host: unknown key; "),
        BadFile("[limits.sessions]\nmax = 1", "1: [limits] sessions: must be an integer, not a table"),
        // Types
        BadFile("[limits]\nsessions = \"many\"", "2: [limits] sessions: must be an integer, not a string"),
        BadFile("[limits]\nline = 4096.0", "2: [limits] line: must be an integer, not a floating-point number"),
        BadFile("[policy]\non-failure = true", "2: [policy] on-failure: must be \"defer\" or \"refuse\", not a boolean"),
        BadFile("[timeouts]\nconnect = 30", "2: [timeouts] connect: must be a duration such as \"250ms\", "),
        BadFile("[journal]\nretention = 2026-01-01", "2: [journal] retention: must be a duration such as "),
        BadFile("[listen]\naddress = \"127.0.0.1:10025\"", "2: [listen] address: must be an array, each element an IP address with a port"),
        BadFile("[[policy]]\n", "1: policy: must be a section: write [policy] on a line of its own"),
        BadFile("[domain]\nname = \"a.example\"", "1: domain: must be a list of sections: write [[domain]] above each"),
        // Values
        BadFile("[policy]\n\non-failure = \"drop\"", "3: [policy] on-failure: \"drop\" is not allowed; use \"defer\" or \"refuse\""),
        BadFile("[listen]\nintercept = \"tproxy\"", "2: [listen] intercept: \"tproxy\" is not part of this version; use \"redirect\""),
        BadFile("[listen]\nintercept = \"dnat\"", "2: [listen] intercept: \"dnat\" is not allowed; use \"redirect\""),
        BadFile("[listen]\naddress = [\n  \"[::1]:10025\",\n  \"127.0.0.1\",\n]", "4: [listen] address: \"127.0.0.1\" has no port; write "),
        BadFile("[listen]\naddress = [\"localhost:25\"]", "2: [listen] address: \"localhost:25\" is not an IP address with a port"),
        BadFile("[listen]\naddress = []", "2: [listen] address: must have at least one element: an IP address with a port"),
        BadFile("[listen]\naddress = [\"[::1]:1\", \"[::1]:1\"]", "2: [listen] address: \"[::1]:1\" is listed twice"),
        BadFile("[upstream]\nmark = -1", "2: [upstream] mark: -1 is not allowed; use 0 to 4294967295"),
        BadFile("[upstream]\nsource = [\"192.0.2.1\", \"192.0.2.2\"]", "2: [upstream] source: has more than one IPv4 address"),
        BadFile("[upstream]\nsource = [\"::\"]", "2: [upstream] source: \"::\" is no address to dial from"),
        BadFile("[dns]\nresolvers = [\"resolver.example\"]", "2: [dns] resolvers: \"resolver.example\" is not an IP address"),
        BadFile("[dns]\nattempts = 0", "2: [dns] attempts: 0 is not allowed; use 1 to 10"),
        BadFile("[tls]\nminimum = \"1.4\"", "2: [tls] minimum: \"1.4\" is not allowed; use \"1.0\", \"1.1\", \"1.2\" or \"1.3\""),
        BadFile(
            "[tls]\ntrust = \"roots.pem\"",
            "2: [tls] trust: \"roots.pem\" is not allowed; use \"system\" or the absolute path of a PEM file"),
        BadFile("[timeouts]\nconnect = \"0s\"", "2: [timeouts] connect: \"0s\" is not allowed; use \"1s\" to \"10m\""),
        BadFile("[timeouts]\npolicy = \"5m\"", "2: [timeouts] policy: \"5m\" is not allowed; use \"1s\" to \"4m\""),
        BadFile("[timeouts]\nconnect = \"1h30m\"", "2: [timeouts] connect: \"1h30m\" is not a duration such as"),
        BadFile("[journal]\nmax-size = \"4GB\"", "2: [journal] max-size: \"4GB\" is not a size such as"),
        BadFile("[journal]\nmax-size = \"1KiB\"", "2: [journal] max-size: \"1KiB\" is not allowed; use \"16MiB\" to \"16TiB\""),
        BadFile("[journal]\npath = \"journal.db\"", "2: [journal] path: \"journal.db\" is not an absolute path of a file"),
        BadFile("[admin]\nhttp = \"0.0.0.0:8025\"", "2: [admin] http: \"0.0.0.0:8025\" is not on loopback; "),
        BadFile("[limits]\nrecipients = 99", "2: [limits] recipients: 99 is not allowed; use 100 to 100000"),
        BadFile(
            "[[route]]\ndestination = \"203.0.113.5/24\"\nhost = \"a.example\"",
            "2: [[route]] destination: \"203.0.113.5/24\" is not "),
        BadFile("\n[[route]]\ndestination = \"203.0.113.5\"", "2: [[route]]: host is missing; it must be a domain name"),
        BadFile("[[domain]]\nname = \"bücher.example\"", "2: [[domain]] name: \"bücher.example\" is not ASCII; write its A-labels"),
        BadFile("[[domain]]\nname = \"192.0.2.1\"", "2: [[domain]] name: \"192.0.2.1\" is not a domain name"),
        BadFile("[[domain]]\nname = \"*.example\"", "2: [[domain]] name: \"*.example\" is not a domain name"),
        // Contradictions
        BadFile("[limits]\nsessions = 10\nper-client = 11", "3: [limits] per-client: 11 is more than sessions (10); use at most that"),
        BadFile(
            "[[domain]]\nname = \"a.example\"\n[[domain]]\nname = \"A.example.\"",
            "4: [[domain]] name: another [[domain]] has \"a.example\" already"),
        BadFile(
            "[[route]]\ndestination = \"203.0.113.5\"\nhost = \"a.example\"\n[[route]]\ndestination = \"203.0.113.5/32\"\nhost = \"b.example\"",
            "5: [[route]] destination: another [[route]] has \"203.0.113.5/32\" already"),
        BadFile(
            "[dns]\ndnssec = \"off\"\n[[domain]]\nname = \"a.example\"\nrequire = \"dane\"",
            "5: [[domain]] require: \"dane\" contradicts [dns] dnssec"),
        BadFile(
            "[dns]\nresolvers = [\"192.0.2.1\"]\ntrusted = [\"192.0.2.2\"]",
            "3: [dns] trusted: \"192.0.2.2\" is not one of the resolvers"),
        BadFile("[admin]\nhttp = \"127.0.0.1:10025\"", "2: [admin] http: \"127.0.0.1:10025\" is a [listen] address as well"),
        BadFile(
            "[admin]\nsocket = \"/var/lib/weft/journal.db\"",
            "2: [admin] socket: \"/var/lib/weft/journal.db\" is the [journal] path as well"),
    ]

    @Test(arguments: single) func `a bad file gives one error with its line`(_ file: BadFile) throws {
        let error = try #require(throws: ConfigurationError.self) { try Configuration.parse(file.text, file: "weft.toml") }
        #expect(error.problems.count == 1)
        #expect(error.description.hasPrefix("weft.toml:" + file.error), "\(error)")
    }

    @Test func `all problems of a file are given at once, in its order`() throws {
        let text = """
            [timeouts]
            drain = "soon"
            [policy]
            on-failure = "drop"
            on-pendin = "defer"
            [listen]
            address = ["::1", "127.0.0.1:0"]
            """
        let error = try #require(throws: ConfigurationError.self) { try Configuration.parse(text, file: "weft.toml") }
        #expect(error.problems.map(\.line) == [2, 4, 5, 7, 7])
        #expect(error.description.split(separator: "\n").count == 5)
    }

    @Test func `a file that is missing is named`() throws {
        let error = try #require(throws: ConfigurationError.self) { try Configuration.load(path: "/nonexistent/weft.toml") }
        #expect(error.description == "/nonexistent/weft.toml: cannot be opened: No such file or directory")
    }

    @Test(arguments: [("[tls]\n\u{0}[dns]", "a NUL octet is not allowed")])
    func `what follows a NUL is not ignored in silence`(_ text: String, _ message: String) throws {
        try withTemporaryFile(Array(text.utf8)) { path in
            let error = try #require(throws: ConfigurationError.self) { try Configuration.load(path: path) }
            #expect(error.description == "\(path):2: \(message)")
        }
    }

    @Test(arguments: ["\\u0000", "\\U00000000"]) func `an escaped NUL does not cut a string short`(_ escape: String) throws {
        let text = "[journal]\npath = \"/a\(escape)b\""
        let error = try #require(throws: ConfigurationError.self) { try Configuration.parse(text, file: "weft.toml") }
        #expect(error.description == "weft.toml:2: a NUL character is not allowed")
    }

    @Test func `brackets without end are an error`() throws {
        for bracket in ["[", "{a=", "a.", "\"\"\""] {
            let text = "a = " + String(repeating: bracket, count: 50_000)
            #expect(throws: ConfigurationError.self) { try Configuration.parse(text) }
        }
    }

    @Test func `a file cut anywhere is read or refused`() throws {
        let example = Array(try DocumentationTexts.example().utf8)
        for length in stride(from: 0, to: example.count, by: 7) {
            let text = String(decoding: example[..<length], as: UTF8.self)
            do {
                _ = try Configuration.parse(text)
            } catch {
                #expect(error.problems.allSatisfy { $0.line != nil }, "cut at \(length): \(error)")
            }
        }
    }

    @Test func `octets that are not UTF-8 are an error with their line`() throws {
        try withTemporaryFile(Array("# a\n# b\n# ".utf8) + [0xff, 0x0a]) { path in
            let error = try #require(throws: ConfigurationError.self) { try Configuration.load(path: path) }
            #expect(error.description == "\(path):3: not UTF-8")
        }
    }

    @Test func `a file that is too long is refused`() throws {
        try withTemporaryFile([UInt8](repeating: 0x20, count: Configuration.maximumFileSize + 1)) { path in
            let error = try #require(throws: ConfigurationError.self) { try Configuration.load(path: path) }
            #expect(error.description == "\(path): is longer than 1MiB")
        }
    }

    @Test func `an error that is found later names the line of its key`() throws {
        let read = try Configuration.parse("[listen]\n\naddress = [\n\"127.0.0.1:25\",\n\"[::1]:25\"]", file: "weft.toml")
        #expect(read.error(section: "listen", key: "address", "in use").description == "weft.toml:3: [listen] address: in use")
        #expect(read.error(section: "listen", key: "address", index: 1, "in use").description == "weft.toml:5: [listen] address: in use")
        #expect(Configuration().error(section: "listen", key: "address", "in use").description == "[listen] address: in use")
    }
}
