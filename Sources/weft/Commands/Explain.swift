import ArgumentParser
import Basics
import FoundationEssentials
import Policy
import Reports

struct Explain: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Say how a decision came about, and what another policy would have done.",
        discussion: """
            Makes the decision again from the evidence in the journal, without the network: the look-ups, the server's certificate, the rows \
            of the decision table up to the one that decided. With any of the options, also what would have happened instead.

            Exit code 0 when the recipient passes (under what is assumed), 1 when it does not.

            Examples:
              weft explain 01KB4Q2M7F6N8P0R2T4V6X8Z0A
              weft explain 01KB4Q2M7F6N --enforcement report
              weft explain 01KB4Q2M7F6N --sts-policy their-next-policy.txt
            """)

    @OptionGroup var journal: JournalOptions
    @OptionGroup var assumptions: WhatIfOptions

    @Argument(help: ArgumentHelp("The id of the decision, as replies and the journal give it, or its beginning.", valueName: "decision"))
    var id: String

    func run() async throws {
        let whatIf = try assumptions.whatIf()
        let reader = try journal.open()
        guard let recipient = try await reader.recipient(id) else {
            writeError("no decision has the id \(id.printable)")
            throw ExitStatus.no
        }
        let explanation = ExplanationView(try await StoredDecision(recipient, reader: reader), whatIf)
        try show(explanation, json: journal.json)
        if !explanation.passes { throw ExitStatus.no }
    }
}
