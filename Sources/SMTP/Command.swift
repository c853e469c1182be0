import NIOCore

/// A client's command (RFC 5321 4.1 and the extensions a relay meets).
public enum Command: Sendable, Hashable {
    /// HELO with its argument.
    case helo(String)
    /// EHLO with its argument.
    case ehlo(String)
    /// MAIL FROM.
    case mail(MailCommand)
    /// RCPT TO.
    case rcpt(RcptCommand)
    /// DATA.
    case data
    /// BDAT (RFC 3030): `size` octets follow the line. A size beyond `Int.max` is given as `Int.max`: nobody lives to see its end.
    case bdat(size: Int, last: Bool)
    /// RSET.
    case rset
    /// NOOP, with any argument.
    case noop
    /// QUIT.
    case quit
    /// VRFY.
    case vrfy
    /// EXPN.
    case expn
    /// HELP.
    case help
    /// AUTH (RFC 4954).
    case auth
    /// STARTTLS (RFC 3207).
    case starttls
    /// ETRN (RFC 1985).
    case etrn
    /// Any other; the verb in upper case, printable, at most 32 characters.
    case unknown(String)

    /// Whether it is part of moving mail; the others a session may have only so many of.
    public var isProductive: Bool {
        switch self {
        case .mail, .rcpt, .data, .bdat, .quit: true
        case .helo, .ehlo, .rset, .noop, .vrfy, .expn, .help, .auth, .starttls, .etrn, .unknown: false
        }
    }

    /// The most octets of a command line, its line end included. RFC 5321 4.5.3.1.4 asks for 512, extensions add to it.
    public static let maximumLine = 4096
}
