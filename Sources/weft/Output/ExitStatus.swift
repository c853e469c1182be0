import Admin
import ArgumentParser
import Basics
import ConfigurationFile
import Glibc
import InterceptionRules
import Policy
import Records
import Reports

/// How the process ends: 0 yes or done, 1 no or not found, 2 wrong usage or environment.
struct ExitStatus: Equatable {
    /// The answer is no, or there is nothing of what was asked for. Commands throw it when they have said so.
    static let no = ExitCode(1)

    var code: Int32
    /// For standard output.
    var output = ""
    /// For standard error.
    var message = ""
}

extension ExitStatus {
    /// What an error that left a command means.
    init(_ error: any Error) {
        switch error {
        case let status as ExitCode:
            code = status.rawValue
        case let error as ConfigurationError:
            code = 2
            message = error.description.printableLines
        case let error as any StoreError:
            code = error.isAmbiguous ? 1 : 2
            message = "weft: \(error.description.printable)"
        case let error as AdminError:
            code = 2
            message = "weft: \(error.description)".printableLines
        case let error as ExplainError:
            code = 2
            message = "weft: \(error.description.printable)"
        case let error as RedirectRulesError:
            code = 2
            message = "weft: \(error.description.printable)"
        default:
            // The parser's own: help and version are no failures, everything else is wrong usage (its 64).
            let text = Weft.fullMessage(for: error)
            if Weft.exitCode(for: error) == .success {
                code = 0
                output = text
            } else {
                code = 2
                message = text.printableLines
            }
        }
    }

    func end() -> Never {
        if !output.isEmpty { writeOutput(output + "\n") }
        if !message.isEmpty { writeErrorText(message + "\n") }
        exit(code)
    }
}
