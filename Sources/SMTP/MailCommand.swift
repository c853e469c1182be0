import Basics

/// MAIL FROM (RFC 5321 4.1.1.2).
public struct MailCommand: Sendable, Hashable {
    /// BODY (RFC 6152, RFC 3030).
    public enum Body: String, Sendable, Hashable {
        /// Seven-bit text lines.
        case sevenBit = "7BIT"
        /// Text lines with octets above 127.
        case eightBitMIME = "8BITMIME"
        /// Any octets; needs BDAT.
        case binaryMIME = "BINARYMIME"
    }

    /// The address as it was sent, without brackets; empty for the null reverse-path.
    public let reversePath: String
    /// The sender's domain. Nil for the null reverse-path, an address literal or none.
    public let senderDomain: DomainName?
    /// All parameters in their order.
    public let parameters: [ESMTPParameter]
    /// SIZE in octets (RFC 1870), `Int.max` for more than that; nil if it was not given.
    public let size: Int?
    /// BODY; nil if it was not given.
    public let body: Body?
    /// What was accepted although the standard has it otherwise.
    public let quirks: [String]

    /// SMTPUTF8 (RFC 6531).
    public var smtpUTF8: Bool { parameters.first("SMTPUTF8") != nil }
    /// REQUIRETLS (RFC 8689).
    public var requireTLS: Bool { parameters.first("REQUIRETLS") != nil }

    /// The command for a server that does not offer SMTPUTF8, where nothing in its addresses needs it.
    public var lineWithoutSMTPUTF8: String {
        "MAIL FROM:<\(reversePath)>" + parameters.filter { $0.keyword != "SMTPUTF8" }.map { " \($0)" }.joined()
    }

    /// The EHLO keywords of the extensions this command uses.
    public var extensionsUsed: Set<String> { Set(parameters.map { ESMTPParameter.extensionKeyword(of: $0) }) }
}

extension ESMTPParameter {
    /// The EHLO keyword of the extension a parameter belongs to, for those where the two differ.
    static func extensionKeyword(of parameter: ESMTPParameter) -> String {
        switch parameter.keyword {
        // RFC 6152: BODY=7BIT is of use only with it, too.
        case "BODY": parameter.value?.utf8.equalsIgnoringCase("BINARYMIME") == true ? "BINARYMIME" : "8BITMIME"
        // RFC 3461.
        case "RET", "ENVID", "NOTIFY", "ORCPT": "DSN"
        // RFC 2852.
        case "BY": "DELIVERBY"
        // RFC 4865.
        case "HOLDFOR", "HOLDUNTIL": "FUTURERELEASE"
        // RFC 3865.
        case "SOLICIT": "NO-SOLICITING"
        default: parameter.keyword
        }
    }
}

extension CommandParser {
    mutating func mail() throws(CommandError) -> MailCommand {
        var quirks: [Quirk] = []
        guard try introduction("FROM", quirks: &quirks) else { throw .argument("Syntax: MAIL FROM:<address>") }
        let path: Path
        do { path = try self.path(quirks: &quirks) } catch { throw .sender(error.reason) }
        if path.domain == nil, !path.text.isEmpty { quirks.append(.noDomain) }
        let parameters = try parameters(quirks: &quirks)
        if path.isNonASCII, parameters.first("SMTPUTF8") == nil { quirks.append(.nonASCIIWithoutSMTPUTF8) }
        // RFC 6531 3.4, RFC 8689 2: neither takes a value.
        for flag in ["SMTPUTF8", "REQUIRETLS"] where parameters.first(flag)?.value != nil { throw .argument("\(flag) takes no value") }
        return MailCommand(
            reversePath: path.text, senderDomain: path.domain?.name, parameters: parameters,
            size: try Self.size(parameters), body: try Self.body(parameters), quirks: quirks.map(\.rawValue))
    }

    /// `size-value ::= 1*20DIGIT` (RFC 1870 6.1).
    private static func size(_ parameters: [ESMTPParameter]) throws(CommandError) -> Int? {
        guard let parameter = parameters.first("SIZE") else { return nil }
        guard let size = parameter.value?.utf8.saturatedDecimal(maximumDigits: 20) else { throw .argument("SIZE needs a number of octets") }
        return size
    }

    private static func body(_ parameters: [ESMTPParameter]) throws(CommandError) -> MailCommand.Body? {
        guard let parameter = parameters.first("BODY") else { return nil }
        guard let value = parameter.value, let body = MailCommand.Body(rawValue: value.utf8.uppercasedString()) else {
            throw .argument("BODY is 7BIT, 8BITMIME or BINARYMIME")
        }
        return body
    }
}
