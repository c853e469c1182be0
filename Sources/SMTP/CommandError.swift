/// Why a command line was not understood, and the answer to give.
public struct CommandError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The reply for the client.
    public let reply: Reply
    /// The client may send octets after this command that cannot be told from commands (a BDAT whose size is not known): close after the reply.
    public let losesFraming: Bool

    init(_ code: Int, _ enhanced: String, _ text: String, losesFraming: Bool = false) {
        self.reply = Reply(code, enhanced, text)
        self.losesFraming = losesFraming
    }

    /// The reply on one line.
    public var description: String { reply.description }

    /// The line as a whole is wrong.
    static func line(_ text: String, losesFraming: Bool = false) -> CommandError {
        CommandError(500, "5.5.2", text, losesFraming: losesFraming)
    }
    /// An argument or parameter is wrong.
    static func argument(_ text: String) -> CommandError { CommandError(501, "5.5.4", text) }
    /// The address in MAIL is wrong.
    static func sender(_ reason: String) -> CommandError { CommandError(501, "5.1.7", "Bad sender address: \(reason)") }
    /// The address in RCPT is wrong.
    static func recipient(_ reason: String) -> CommandError { CommandError(501, "5.1.3", "Bad recipient address: \(reason)") }
}
