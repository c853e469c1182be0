import ArgumentParser
import Basics
import FoundationEssentials
import Records
import Reports

struct Decisions: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "List what was decided for each recipient, and why.",
        discussion: """
            The latest decisions that pass every given filter, oldest first. Exit code 1 when there is none.

            Examples:
              weft decisions --since 2h --action defer
              weft decisions --domain example.net --follow
              weft decisions --since 2026-11-01 --limit 100000 --json | jq -r .reason | sort | uniq -c
            """)

    @OptionGroup var journal: JournalOptions

    @Option(help: ArgumentHelp("The recipient's domain.", valueName: "domain"), transform: recipientDomain)
    var domain: RecipientDomain?

    @Option(help: ArgumentHelp("The client's address.", valueName: "address"), transform: address)
    var client: IPAddress?

    @Option(help: ArgumentHelp("The envelope sender; \"\" or \"<>\" for bounces.", valueName: "address"))
    var sender: String?

    @Option(help: ArgumentHelp("The recipient.", valueName: "address"))
    var recipient: String?

    @Option(help: "What was done.")
    var action: Action?

    @Option(help: "What became of the recipient.")
    var fate: RecipientFate?

    @Option(help: ArgumentHelp("Made then or later. \(Moment.help)", valueName: "time"))
    var since: Moment?

    @Option(help: ArgumentHelp("Made before then. \(Moment.help)", valueName: "time"))
    var until: Moment?

    @Option(help: ArgumentHelp("At most so many, the latest.", valueName: "number"))
    var limit = 50

    @Flag(name: .shortAndLong, help: "Go on with new decisions as they are made, until interrupted.")
    var follow = false

    func validate() throws {
        if limit < 1 { throw ValidationError("--limit must be at least 1.") }
        if follow && until != nil { throw ValidationError("--until ends what --follow would go on with; leave one out.") }
    }

    func run() async throws {
        let reader = try journal.open()
        let now = Date()
        let filter = filter(now: now)
        let first = try await reader.recipients(filter)
        let list = DecisionList(first, isJSON: journal.json, style: .standardOutput(), isFollowing: follow)
        writeOutput(try list.beginning())
        if follow {
            for try await new in DecisionFeed(reader, filter, after: first, now: now) { writeOutput(try list.lines(new)) }
        } else if first.isEmpty {
            writeError("no decision passes these filters")
            throw ExitStatus.no
        }
    }

    func filter(now: Date) -> DecisionFilter {
        DecisionFilter(
            domain: domain, client: client, sender: sender.map { $0 == "<>" ? "" : $0 }, recipient: recipient,
            action: action, fate: fate, since: since?.date(now: now), until: until?.date(now: now), limit: limit)
    }
}

extension Action: ExpressibleByArgument {}
extension RecipientFate: ExpressibleByArgument {}
