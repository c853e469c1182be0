import Basics
import NIOCore

extension Command {
    /// Reads a command line.
    ///
    /// - Parameters:
    ///   - line: the line without its line end
    ///   - bareLF: whether a LF without CR ended it (RFC 5321 2.3.8 forbids that)
    /// - Throws: the reply to give: 500 for a line that is no command line, 501 for a command that cannot be understood with certainty
    public static func parse(_ line: ByteBuffer, bareLF: Bool) throws(CommandError) -> Command {
        // Octets of a chunk may follow a BDAT that cannot be read.
        let losesFraming = line.readableBytesView.prefix(4).equalsIgnoringCase("BDAT")
        guard !bareLF else { throw .line("A line ends with CR LF, not with LF alone", losesFraming: losesFraming) }
        guard line.readableBytes <= maximumLine - 2 else { throw .line("Line too long", losesFraming: losesFraming) }
        // RFC 5321 4.1.1: white space at the end is tolerated; some clients have tabs there.
        let octets = line.readableBytesView
        let end = octets.lastIndex { $0 != .space && $0 != .horizontalTab }.map { octets.index(after: $0) } ?? octets.startIndex
        var parser = CommandParser(Array(octets[..<end]))
        if let reason = parser.reasonAgainstText() { throw .line(reason, losesFraming: losesFraming) }
        return try parser.command()
    }
}

/// A cursor over the octets of one command line.
struct CommandParser {
    let octets: [UInt8]
    var index = 0

    init(_ octets: [UInt8]) { self.octets = octets }

    /// The next octet; nil at the end.
    var next: UInt8? { index < octets.count ? octets[index] : nil }

    /// Steps over spaces; returns how many there were.
    @discardableResult
    mutating func skipSpaces() -> Int {
        let start = index
        while next == .space { index += 1 }
        return index - start
    }

    /// Takes octets for as long as `condition` holds.
    mutating func take(while condition: (UInt8) -> Bool) -> ArraySlice<UInt8> {
        let start = index
        while let octet = next, condition(octet) { index += 1 }
        return octets[start..<index]
    }

    /// Why the line is no text: it holds controls or is not UTF-8 (RFC 6531 3.3). Nil if it is.
    func reasonAgainstText() -> String? {
        let control = "Control character in a command line"
        if octets.contains(where: \.isControl) { return control }
        guard octets.contains(where: \.isNonASCII) else { return nil }
        guard let text = String(validating: octets, as: UTF8.self) else { return "A command line that is not UTF-8" }
        return text.unicodeScalars.contains { (0x80...0x9f).contains($0.value) } ? control : nil
    }

    mutating func command() throws(CommandError) -> Command {
        let verb = take { $0 != .space }
        guard !verb.isEmpty else { throw .line("No command") }
        let name = printable(verb, limit: 32).utf8.uppercasedString()
        skipSpaces()
        switch name {
        case "HELO": return .helo(try argument(of: name))
        case "EHLO": return .ehlo(try argument(of: name))
        case "MAIL": return .mail(try mail())
        case "RCPT": return .rcpt(try recipient())
        case "DATA": return try alone(.data)
        case "BDAT": return try chunk()
        case "RSET": return try alone(.rset)
        case "QUIT": return try alone(.quit)
        case "NOOP": return .noop
        case "VRFY": return .vrfy
        case "EXPN": return .expn
        case "HELP": return .help
        case "AUTH": return .auth
        case "STARTTLS": return .starttls
        case "ETRN": return .etrn
        default: return .unknown(name)
        }
    }

    /// The rest of the line without the spaces at its end.
    private func argument(of verb: String) throws(CommandError) -> String {
        guard index < octets.count else { throw .argument("\(verb) needs the name of the client") }
        let end = octets.lastIndex { $0 != .space } ?? index
        return String(decoding: octets[index...end], as: UTF8.self)
    }

    /// A command without arguments (RFC 5321 4.3.2).
    private func alone(_ command: Command) throws(CommandError) -> Command {
        guard index == octets.count else { throw .argument("No argument is allowed here") }
        return command
    }

    /// `BDAT SP chunk-size [ SP "LAST" ]` (RFC 3030 2).
    private mutating func chunk() throws(CommandError) -> Command {
        let size = take { $0 != .space }.saturatedDecimal(maximumDigits: 20)
        skipSpaces()
        let marker = take { $0 != .space }
        skipSpaces()
        guard let size, next == nil, marker.isEmpty || marker.equalsIgnoringCase("LAST") else {
            throw CommandError(501, "5.5.4", "BDAT needs a size in octets, and LAST or nothing after it", losesFraming: true)
        }
        return .bdat(size: size, last: !marker.isEmpty)
    }
}
