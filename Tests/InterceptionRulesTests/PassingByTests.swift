import Foundation
import TestSupport
import Testing

@testable import InterceptionRules

/// No connection to port 25 passes Weft by, tried with packets: `who_answers.py` makes the networks, loads the rules and connects.
@Suite(.enabled(if: Packets.arePossible, "needs root, network namespaces, nftables and iptables")) struct PassingByTests {
    enum Tool: String, CaseIterable { case nft, sh }

    private static func rules(_ tool: Tool, isForwarded: Bool = false) throws -> String {
        let listen = isForwarded ? ["0.0.0.0:10025", "[::]:10025"] : ["127.0.0.1:10025", "[::1]:10025"]
        let rules = try `Redirect rules`.rules(listen: listen) { options in
            options.forwarded = isForwarded
            if isForwarded { options.interfaces = ["inner"] }
        }
        return tool == .nft ? rules.nftables : rules.iptables
    }

    /// The rules without what tracks connections apart and without what rejects: only redirects, as many a guide has it.
    private static func onlyRedirects(_ rules: String) -> String {
        rules
            .replacing(#/chain (apart|output_rest|forward_rest) \{(?s:.*?)\n    \}/#, with: "")
            .replacing(#/(un)?hook (iptables|ip6tables) (raw|filter) [A-Z]*/#, with: "")
    }

    @Test(arguments: Tool.allCases, ["4", "6"])
    func `a client that gets the port of a leg is redirected, which redirects alone do not bring about`(tool: Tool, family: String) throws {
        let rules = try Self.rules(tool)
        #expect(try Packets.answer("port", tool.rawValue, family, rules) == "weft")
        #expect(try Packets.answer("port", tool.rawValue, family, Self.onlyRedirects(rules)) == "mx")
    }

    @Test(arguments: Tool.allCases, ["4", "6"])
    func `a connection that is older than the rules ends with them`(tool: Tool, family: String) throws {
        let rules = try Self.rules(tool)
        #expect(try Packets.answer("older", tool.rawValue, family, rules) == "Connection reset by peer; weft")
        #expect(try Packets.answer("older", tool.rawValue, family, Self.onlyRedirects(rules)) == "mx; weft")
    }

    @Test(arguments: Tool.allCases, ["4", "6"])
    func `nor does what the host forwards pass by`(tool: Tool, family: String) throws {
        let rules = try Self.rules(tool, isForwarded: true)
        #expect(try Packets.answer("forwarded", tool.rawValue, family, rules) == "Connection reset by peer; weft")
        #expect(try Packets.answer("forwarded", tool.rawValue, family, Self.onlyRedirects(rules)) == "mx; weft")
    }

    @Test(arguments: [Tool.nft, .sh])
    func `where nothing listens for a version nothing leaves by it`(tool: Tool) throws {
        let rules = try `Redirect rules`.rules(listen: ["127.0.0.1:10025"])
        let text = tool == .nft ? rules.nftables : rules.iptables
        #expect(try Packets.answer("older", tool.rawValue, "6", text) == "Connection reset by peer; Connection refused")
    }
}

/// Runs `who_answers.py`.
private enum Packets {
    static let arePossible: Bool = geteuid() == 0 && (try? answer("port", "nft", "4", "flush ruleset")) == "mx"

    static func answer(_ arguments: String...) throws -> String {
        let (words, rules) = (arguments.dropLast(), arguments.last ?? "")
        let directory = try TemporaryDirectory()
        let input = directory.path + "/rules"
        try Data(rules.utf8).write(to: URL(filePath: input))
        let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "who_answers.py").path
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3", script] + words
        let output = Pipe()
        process.standardInput = try FileHandle(forReadingFrom: URL(filePath: input))
        process.standardOutput = output
        try process.run()
        let said = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: said, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
