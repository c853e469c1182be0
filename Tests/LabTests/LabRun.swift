import Foundation
import TestSupport

/// The one run of the lab that all its tests look at.
enum LabRun {
    /// Why there is no run to look at.
    enum Failure: Error, CustomStringConvertible {
        case noBinary
        case ended(status: Int32, command: String)

        var description: String {
            switch self {
            case .noBinary: "WEFT_BIN is not set: it names the release binary under test. `make test` builds that and sets it."
            case .ended(let status, let command): "\(command) ended with exit code \(status); what it said is above"
            }
        }
    }

    /// The names of all scenarios; empty when even the list cannot be had, which is a failure of its own.
    static let names: [String] = {
        guard let listing = try? lab(["list"], accepting: [0]) else { return [] }
        return listing.split(separator: "\n").map(String.init)
    }()

    /// The tables of what other implementations do differently.
    static var differences: String { get throws { try lab(["differences"], accepting: [0]) } }

    /// The page that explains them.
    static var oraclesPage: String { get throws { try String(contentsOf: root.appending(path: "docs/oracles.md"), encoding: .utf8) } }

    /// Brings the lab up with the binary under test, sends the mail, takes the lab down. Takes a minute or two, once.
    static let rows = Task.detached { () throws -> [String: LabRow] in
        // Exit code 1: some rows are not as expected. Each has a test to say so.
        let output = try lab(["run", "--json", "--weft", binary()], accepting: [0, 1])
        let rows = try output.split(separator: "\n").map { try JSONDecoder().decode(LabRow.self, from: Data($0.utf8)) }
        return Dictionary(rows.map { ($0.name, $0) }) { first, _ in first }
    }

    /// A row of `Lab/lab compare`: mail that was sent directly and behind Weft, and what was worse behind it.
    struct Comparison: Decodable, Sendable {
        let name: String
        let problems: [String]
    }

    /// Sends the same mail directly and behind Weft, by Postfix and by Exim. Takes three minutes.
    static func comparisons() throws -> [Comparison] {
        let output = try lab(["compare", "--json", "--weft", binary()], accepting: [0, 1])
        return try output.split(separator: "\n").map { try JSONDecoder().decode(Comparison.self, from: Data($0.utf8)) }
    }

    /// The names of its rows.
    static var comparedNames: [String] {
        get throws { try lab(["list", "--compared"], accepting: [0]).split(separator: "\n").map(String.init) }
    }

    private static func binary() throws -> String {
        guard let binary = ProcessInfo.processInfo.environment["WEFT_BIN"], !binary.isEmpty else { throw Failure.noBinary }
        return binary
    }

    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// Runs the lab's command and returns its standard output; progress and errors go to this process's own.
    private static func lab(_ arguments: [String], accepting: Set<Int32>) throws -> String {
        let directory = FileManager.default.temporaryDirectory.appending(path: "weft-lab-run-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let process = try ChildProcess(
            root.appending(path: "Lab/lab").path, arguments, directory: directory.path, output: "output", keepingErrors: true)
        let status = process.waitUntilExit()
        guard accepting.contains(status) else {
            throw Failure.ended(status: status, command: (["Lab/lab"] + arguments).joined(separator: " "))
        }
        return String(decoding: try Data(contentsOf: directory.appending(path: "output")), as: UTF8.self)
    }
}
