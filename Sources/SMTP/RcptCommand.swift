import Basics

/// RCPT TO (RFC 5321 4.1.1.3).
public struct RcptCommand: Sendable, Hashable {
    /// The address as it was sent, without brackets.
    public let forwardPath: String
    /// The local part as it was sent, quotes and escapes included.
    public let localPart: String
    /// Where the mail goes.
    public let domain: RecipientDomain
    /// All parameters in their order.
    public let parameters: [ESMTPParameter]
    /// What was accepted although the standard has it otherwise.
    public let quirks: [String]

    /// The EHLO keywords of the extensions this command uses.
    public var extensionsUsed: Set<String> { Set(parameters.map { ESMTPParameter.extensionKeyword(of: $0) }) }
}

extension CommandParser {
    mutating func recipient() throws(CommandError) -> RcptCommand {
        var quirks: [Quirk] = []
        guard try introduction("TO", quirks: &quirks) else { throw .argument("Syntax: RCPT TO:<address>") }
        let path: Path
        do { path = try self.path(quirks: &quirks) } catch { throw .recipient(error.reason) }
        guard !path.text.isEmpty else { throw .recipient("empty") }
        guard path.domain != nil || path.localPart.utf8.equalsIgnoringCase("postmaster") else { throw .recipient("no domain") }
        let parameters = try parameters(quirks: &quirks)
        return RcptCommand(
            forwardPath: path.text, localPart: path.localPart, domain: path.domain ?? .none, parameters: parameters,
            quirks: quirks.map(\.rawValue))
    }
}
