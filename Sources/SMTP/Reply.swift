import Basics

/// An SMTP reply: a code and one or more lines of text (RFC 5321 4.2).
///
/// The text is printable ASCII whatever it was made from, and no line encodes to more than 512 octets (RFC 5321 4.5.3.1.5), so that a reply
/// relayed from a hostile server cannot become two replies.
public struct Reply: Sendable, Hashable {
    /// 512 octets less the code, the separator and the CRLF.
    static let maximumText = 506
    /// The most lines a reply has; more are dropped.
    static let maximumLines = 100

    /// 200 to 599.
    public let code: Int
    /// The text of the first line; most replies have no other.
    let first: String
    /// The texts of the other lines.
    let others: [String]

    /// The texts of the lines, without code and separator.
    public var lines: [String] { [first] + others }

    /// The text of the first line.
    public var text: String { first }

    /// A reply of one line.
    ///
    /// - Parameters:
    ///   - code: 200 to 599; any other cannot be sent and becomes 451
    ///   - enhanced: the enhanced status code (RFC 2034, 3463), which goes before the text; nil for none
    ///   - text: any text; what is not printable ASCII is escaped, what is too long is cut
    public init(_ code: Int, _ enhanced: String?, _ text: String) {
        self.init(code: code, first: enhanced.map { "\($0) \(text)" } ?? text, others: [])
    }

    /// A reply of several lines. RFC 2034 4 wants the enhanced status code on each.
    ///
    /// - Parameters:
    ///   - code: 200 to 599; any other cannot be sent and becomes 451
    ///   - enhanced: the enhanced status code (RFC 2034, 3463), which goes before each line; nil for none
    ///   - lines: the texts, of which the first 100 are kept
    public init(_ code: Int, _ enhanced: String?, lines: [String]) {
        let texts = enhanced.map { status in lines.map { "\(status) \($0)" } } ?? lines
        self.init(code: code, first: texts.first ?? enhanced ?? "", others: Array(texts.dropFirst()))
    }

    init(code: Int, first: String, others: [String]) {
        self.code = (200...599).contains(code) ? code : 451
        self.first = printable(first, limit: Self.maximumText)
        self.others = others.isEmpty ? [] : others.prefix(Self.maximumLines - 1).map { printable($0, limit: Self.maximumText) }
    }

    /// 2yz: done.
    public var isPositive: Bool { code / 100 == 2 }
    /// 3yz: go on.
    public var isIntermediate: Bool { code / 100 == 3 }
    /// 4yz: try again later.
    public var isTransient: Bool { code / 100 == 4 }
    /// 5yz: do not try again.
    public var isPermanent: Bool { code / 100 == 5 }

    /// The enhanced status code before the text of the first line, if there is one and its class agrees with the code (RFC 2034 4).
    public var enhancedStatus: String? {
        let octets = Array(first.utf8.prefix(10).prefix { $0 != .space })
        let fields = octets.split(separator: .dot, omittingEmptySubsequences: false)
        let isWellFormed = fields.count == 3 && fields.allSatisfy { (1...3).contains($0.count) && $0.allSatisfy(\.isDigit) }
        guard isWellFormed, fields[0].count == 1, Int(fields[0][0] - 0x30) == code / 100 else { return nil }
        return String(decoding: octets, as: UTF8.self)
    }

    /// This reply as one that bounces nothing: a 5yz becomes 451 and its enhanced status code one of class 4, the text stays; any other
    /// reply is returned as it is.
    public var asTransient: Reply {
        guard isPermanent else { return self }
        let others = others.map { Self.withTransientStatus($0) }
        return Reply(code: 451, first: Self.withTransientStatus(first), others: others)
    }

    private static func withTransientStatus(_ text: String) -> String {
        guard Reply(code: 550, first: text, others: []).enhancedStatus != nil else { return text }
        return "4" + text.dropFirst()
    }
}
