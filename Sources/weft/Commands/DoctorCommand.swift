import Admin
import ArgumentParser
import Doctor

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
        let findings = await Checkup.findings(
            configuredBy: file.path, version: Weft.version, signedName: signedName, bogusName: bogusName, ask: DaemonAnswer.asking)
        for finding in findings { try show(finding, json: json) }
        if findings.contains(where: { $0.state == .fail }) { throw ExitStatus.no }
    }
}
