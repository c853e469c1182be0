import Basics
import ConfigurationFile
import FoundationEssentials
import Journal
import Logging
import Records
import TestSupport
import Testing

@testable import Assembly

/// What `weft check` is told, on a machine where no resolver answers.
@Suite struct `An inquiry without the daemon` {
    let directory: TemporaryDirectory
    let configuration: Configuration

    init() throws {
        directory = try TemporaryDirectory()
        configuration = try Configuration.parse(
            """
            [upstream]
            mark = 0
            [dns]
            resolvers = ["127.0.0.1:1"]
            dnssec = "off"
            [journal]
            path = "\(directory.journal)"
            """)
    }

    private func canPass(_ domain: DomainName) async throws -> Bool? {
        let inquiry = try Inquiry(configuration)
        #expect(inquiry.warning == nil)
        let outlook = await inquiry.outlook(for: domain, to: nil, isProbing: false)
        await inquiry.stop()
        #expect(outlook?.probes == nil)
        return outlook?.canPass
    }

    @Test func `goes by the overrides that are in force`() async throws {
        let journal = try Journal(configuration.journal, logger: .quiet)
        let now = Date()
        for (domain, end) in [("now.example", now + 3600), ("over.example", now - 60)] as [(DomainName, Date)] {
            try await journal.addOverride(OverrideRow(domain: domain, until: end, reason: "ticket 4711", who: "root", created: now - 120))
        }
        #expect(try await canPass("now.example") == true)
        #expect(try await canPass("over.example") == false)
        #expect(try await canPass("other.example") == false)
        await journal.close()
    }

    @Test func `needs no journal, and makes none`() async throws {
        #expect(try await canPass("now.example") == false)
        #expect(!FileManager.default.fileExists(atPath: directory.journal))
    }

    @Test func `says that a journal cannot be read`() async throws {
        try Data("no database, but long enough to be asked".utf8).write(to: URL(filePath: directory.journal))
        let inquiry = try Inquiry(configuration)
        #expect(inquiry.warning?.hasPrefix("overrides and cached policies are not known: ") == true)
        await inquiry.stop()
    }
}
