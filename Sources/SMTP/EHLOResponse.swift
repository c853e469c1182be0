/// What a server offers in its reply to EHLO (RFC 5321 4.1.1.1): a line of greeting, then one keyword with its parameters a line.
public struct EHLOResponse: Sendable, Hashable {
    /// The reply as the server gave it.
    public let reply: Reply

    /// Reads the reply to EHLO. A reply of one line, such as the one to HELO, offers nothing.
    public init(reply: Reply) { self.reply = reply }

    /// The keywords offered, in upper case, each once. Two responses offer the same features if these agree; see also ``parameters(of:)``.
    public var keywords: Set<String> { Set(reply.others.compactMap { Self.keyword(of: $0) }) }

    /// ``keywords``, and what they bring with them: who offers SMTPUTF8 has 8BITMIME as well (RFC 6531 3.1), and clients go by that.
    public var impliedKeywords: Set<String> { offers("SMTPUTF8") ? keywords.union(["8BITMIME"]) : keywords }

    /// Whether `keyword` is offered, in any mix of cases.
    public func offers(_ keyword: String) -> Bool { line(of: keyword) != nil }

    /// The parameters behind `keyword`, empty if it has none; nil if it is not offered. Given twice, the first counts.
    public func parameters(of keyword: String) -> [String]? {
        line(of: keyword).map { $0.split(whereSeparator: { $0 == " " || $0 == "=" }).dropFirst().map(String.init) }
    }

    /// The largest message the server takes, in octets (RFC 1870 4); nil if it names none or 0, no fixed limit.
    public var maximumSize: Int? {
        guard let size = parameters(of: "SIZE")?.first?.utf8.saturatedDecimal(maximumDigits: 20), size > 0 else { return nil }
        return size
    }

    private func line(of keyword: String) -> String? {
        let wanted = keyword.utf8.uppercasedString()
        return reply.others.first { Self.keyword(of: $0) == wanted }
    }

    /// The keyword a line begins with, in upper case: all up to a space, or to the "=" of the old "AUTH=LOGIN". Nil if there is none.
    static func keyword(of line: String) -> String? {
        let keyword = line.utf8.prefix { $0 != .space && $0 != UInt8(ascii: "=") }
        return keyword.isEmpty ? nil : keyword.uppercasedString()
    }
}
