import Glibc
import TestSupport
import Testing

@testable import ConfigurationFile

@Suite struct `Checking the files that a configuration names` {
    @Test func `root certificates that are not there name their line`() throws {
        let text = "[journal]\npath = \"/tmp/weft-test.db\"\n[tls]\ntrust = \"/nonexistent/roots.pem\""
        let read = try Configuration.parse(text, file: "weft.toml")
        let error = try #require(throws: ConfigurationError.self) { try read.checkEnvironment() }
        #expect(error.description == "weft.toml:4: [tls] trust: /nonexistent/roots.pem cannot be opened: No such file or directory")
    }

    @Test func `a file without certificates is refused`() throws {
        try withTemporaryFile(Array("-----BEGIN PRIVATE KEY-----".utf8)) { path in
            let text = "[journal]\npath = \"/tmp/weft-test.db\"\n[tls]\ntrust = \"\(path)\""
            let read = try Configuration.parse(text, file: "weft.toml")
            let error = try #require(throws: ConfigurationError.self) { try read.checkEnvironment() }
            #expect(error.description == "weft.toml:4: [tls] trust: \(path) has no certificate in PEM form")
        }
    }

    @Test func `a journal without its directory names its line`() throws {
        let text = "[journal]\npath = \"/nonexistent/journal.db\""
        let read = try Configuration.parse(text, file: "weft.toml")
        let error = try #require(throws: ConfigurationError.self) { try read.checkEnvironment() }
        #expect(error.description == "weft.toml:2: [journal] path: /nonexistent cannot be written: No such file or directory")
    }

    @Test func `files that can be used are no problem`() throws {
        try withTemporaryFile(Array("-----BEGIN CERTIFICATE-----".utf8)) { path in
            try Configuration.parse("[journal]\npath = \"\(path).db\"\n[tls]\ntrust = \"\(path)\"").checkEnvironment()
        }
    }
}
