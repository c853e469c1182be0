import FoundationEssentials
import Glibc
import TestSupport

/// The program as it was built, which stands beside the test bundle.
struct Program {
    /// What a run left behind.
    struct Run {
        var status: Int32
        var output: String
        var errors: String

        /// What was printed, each line without its end.
        var lines: [String] { output.split(separator: "\n").map(String.init) }
    }

    let directory: TemporaryDirectory

    private static let path: String = {
        let bundle = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return bundle.split(separator: "/").dropLast().map { "/" + $0 }.joined() + "/weft"
    }()

    init() throws {
        directory = try TemporaryDirectory()
    }

    /// Runs it to its end.
    ///
    /// - Parameter shell: what else the shell does about `"$@"`.
    func run(_ arguments: String..., shell: String = #"exec "$@" >output"#) throws -> Run {
        let child = try start(arguments, shell: shell)
        return Run(status: child.waitUntilExit(), output: text(of: "output"), errors: text(of: "errors"))
    }

    /// Starts it.
    func start(_ arguments: [String], shell: String = #"exec "$@" >output"#) throws -> ChildProcess {
        try? FileManager.default.removeItem(atPath: directory.path + "/output")
        return try ChildProcess(
            "/bin/sh", ["-c", "exec 2>errors; " + shell, "sh", Self.path] + arguments, directory: directory.path, output: "shell")
    }

    /// A file in the directory; empty when there is none.
    func text(of file: String) -> String {
        (try? Data(contentsOf: URL(filePath: "\(directory.path)/\(file)"))).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    /// Writes a file in the directory.
    func write(_ text: String, to file: String) throws {
        try Data(text.utf8).write(to: URL(filePath: "\(directory.path)/\(file)"))
    }
}
