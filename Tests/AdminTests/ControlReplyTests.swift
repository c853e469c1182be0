import Doctor
import FoundationEssentials
import NIOPosix
import Reports
import TestSupport
import Testing

@testable import Admin

@Suite struct `Replies of the daemon` {
    static let replies: [ControlReply] = [
        .failed("not \u{1b}today"), .status(World.status), .learned(LearnedList(World.learned)), .reload(ReloadOutcome(warnings: ["w"])),
        .policy(PolicyOutcome(.kept, of: "a.example", failure: "404")), .policyRemoval(PolicyRemoval(domain: "a.example", found: true)),
        .overrideRemoval(OverrideRemoval(domain: "a.example", found: false)),
    ]

    @Test(arguments: replies) func `each is one line that is read as it was written`(reply: ControlReply) throws {
        let line = try jsonLine(reply)
        #expect(line.hasSuffix("}\n") && line.filter { $0 == "\n" }.count == 1)
        #expect(try jsonValue(ControlReply.self, of: line.utf8) == reply)
    }

    @Test(arguments: [
        "{}", "[]", "{\"ok\":true}", "{\"failed\":null}", "{\"failed\":\"a\",\"reload\":{\"warnings\":[]}}", "{\"status\":{}}",
        "{\"reload\":{}}",
    ])
    func `nothing else is a reply`(line: String) {
        #expect(throws: DecodingError.self) { try jsonValue(ControlReply.self, of: line.utf8) }
    }

    @Test func `an answer to something else than was asked is none`() async throws {
        let directory = try TemporaryDirectory()
        let server = try await ControlServer.start(
            path: directory.socket, group: .singletonMultiThreadedEventLoopGroup, logger: .quiet,
            handler: { _, _ in .reload(ReloadOutcome(warnings: [])) })
        let client = ControlClient(path: directory.socket)
        #expect(try await client.reload() == ReloadOutcome(warnings: []))
        for ask in [
            { _ = try await client.status() }, { _ = try await client.removeOverride(domain: "a.example") },
            { _ = try await client.addOverride(domain: "a.example", until: Date(), reason: "why") },
            { _ = try await client.forgetPolicy(domain: "a.example") }, { _ = try await client.refreshPolicy(domain: "a.example") },
        ] as [() async throws -> Void] {
            let error = await #expect(throws: AdminError.self) { try await ask() }
            #expect(error?.kind == .noAnswer)
        }
        guard case .unclear = await DaemonAnswer.asking(directory.socket) else { throw Unexpected(reply: .reload(.init(warnings: []))) }
        await server.stop()
        guard case .notRunning = await DaemonAnswer.asking(directory.socket) else { throw Unexpected(reply: .failed("")) }
    }
}
