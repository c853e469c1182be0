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
        let style = Style.standardOutput()
        for finding in findings { writeOutput(json ? try jsonLine(finding) : finding.text(style)) }
        if findings.contains(where: { $0.state == .fail }) { throw ExitStatus.no }
    }

    func findings() async -> [Finding] {
        do {
            let configuration = try file.load()
            let checkup = Checkup(configuration: configuration, version: Weft.version, signedName: signedName, bogusName: bogusName)
            return [.ok("configuration", "\(file.path) is good")] + (await checkup.findings())
        } catch {
            let problems = (error as? ConfigurationError)?.problems.map(\.description) ?? ["\(error)"]
            return problems.map { .fail("configuration", $0, "weft config check says the same; nothing else is checked before") }
        }
    }
}
