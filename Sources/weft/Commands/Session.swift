import ArgumentParser
import Basics
import FoundationEssentials
import Reports

struct Session: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show one session: its transcript, with its decisions in place.",
        discussion: """
            Each line has the seconds since the client connected and who spoke to whom: the client is on the left, Weft in the middle, \
            the mail server on the right.

              ->  from the client           <-  Weft's own answer to it
              >|  sent to the mail server   |<  the mail server's reply
              |>  about the server's side   <|  its reply, passed on to the client
              --  a note                    ==  a decision

            Exit code 1 when there is no such session.

            Examples:
              weft session 01KB4Q2M7F6N8P0R2T4V6X8Z0A
              weft session 01KB4Q2M7F6N     enough, if no other id begins so
            """)

    @OptionGroup var journal: JournalOptions

    @Argument(help: ArgumentHelp("The id of the session or of a decision in it, or its beginning.", valueName: "id"))
    var id: String

    func run() async throws {
        guard let session = try await journal.open().session(id) else {
            writeError("no session or decision has the id \(id.printable)")
            throw ExitStatus.no
        }
        try show(SessionView(session), json: journal.json)
    }
}
