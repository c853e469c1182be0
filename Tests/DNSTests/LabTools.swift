import Foundation
import TestSupport

/// The programs of the laboratory.
enum LabTools {
    /// Which Debian package has which program.
    private static let packages = ["nsd": "nsd", "unbound": "unbound", "ldns-keygen": "ldnsutils", "ldns-signzone": "ldnsutils"]

    /// Where a program is; an error that says how to get it if it is missing.
    static func find(_ name: String) throws -> String {
        for directory in ["/usr/sbin", "/usr/bin", "/usr/local/sbin", "/usr/local/bin"] {
            let path = "\(directory)/\(name)"
            if FileManager.default.isExecutableFile(atPath: path) { return path }
        }
        let package = packages[name] ?? name
        throw DNSLab.Failure(
            description: "\(name) is missing, which these tests need: apt-get install \(package) (all: nsd unbound ldnsutils)")
    }

    /// Runs a program to its end and returns what it wrote.
    @discardableResult
    static func run(_ name: String, _ arguments: [String], in directory: URL) throws -> String {
        let file = "\(name).out"
        let process = try ChildProcess(try find(name), arguments, directory: directory.path, output: file)
        let status = process.waitUntilExit()
        let output = try String(contentsOf: directory.appending(path: file), encoding: .utf8)
        guard status == 0 else {
            throw DNSLab.Failure(description: "\(name) \(arguments.joined(separator: " ")): status \(status): \(output)")
        }
        return output.trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
