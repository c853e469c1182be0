import Admin
import ArgumentParser
import ConfigurationFile
import Doctor
import Reports

struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Check everything that Weft needs, and say what to do where it is wrong.",
        discussion: """
            Configuration, root certificates, journal, disk, resolvers, socket mark, ports, firewall rules, open files, clock, running \
            daemon. Nothing is changed. What the daemon may do is best checked as the user that it runs as, the firewall as root.

            Exit code 0 when nothing fails, 1 when something does.

            Examples:
              weft doctor
              weft doctor --signed-name example.net --bogus-name bogus.example.net
              weft doctor --json | jq 'select(.state != "ok")'
            """)

    @OptionGroup var file: ConfigurationOption

    @Option(help: ArgumentHelp("A domain that is signed: its MX answer must be found secure.", valueName: "name"))
    var signedName: String?

    @Option(help: ArgumentHelp("A name whose signatures are wrong: it must be found bogus.", valueName: "name"))
    var bogusName: String?

    @Flag(help: "Each finding as one JSON object a line.")
    var json = false

    func run() async throws {
        let findings = await findings()
        for finding in findings { try show(finding, json: json) }
        if findings.contains(where: { $0.state == .fail }) { throw ExitStatus.no }
    }

    func findings() async -> [Finding] {
        do {
            let configuration = try file.load()
            let checkup = Checkup(
                configuration: configuration, version: Weft.version, signedName: signedName, bogusName: bogusName, ask: Self.ask)
            return [.ok("configuration", "\(file.path) is good")] + (await checkup.findings())
        } catch {
            let problems = (error as? ConfigurationError)?.problems.map(\.description) ?? ["\(error)"]
            return problems.map { .fail("configuration", $0, "weft config check says the same; nothing else is checked before") }
        }
    }

    private static func ask(_ socket: String) async -> DaemonAnswer {
        do {
            let reply = try await ControlClient(path: socket).send(.status, timeout: .seconds(10))
            guard let status = reply.status else { return .unclear }
            return .running(
                DaemonState(
                    version: status.version, pid: status.pid, listen: status.listen, sessions: status.sessions,
                    journalFailure: status.journalFailure, journalLost: status.journalLost))
        } catch {
            return error.kind == .notRunning ? .notRunning : .unreachable(error.description)
        }
    }
}
