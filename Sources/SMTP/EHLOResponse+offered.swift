import Basics

extension EHLOResponse {
    /// Keywords that a client behind a relay must not see.
    private static let withheld: Set<String> = [
        // TLS is the relay's own: the client's leg has none (RFC 3207; RFC 8689 2: REQUIRETLS is offered only over TLS).
        "STARTTLS", "REQUIRETLS",
        // MAIL before the greeting has been judged.
        "PIPECONNECT", "X_PIPE_CONNECT",
        // Client attributes a server believes only from its own proxies.
        "XCLIENT", "XFORWARD",
        // Commands and message formats that carry mail past the judgement of each recipient.
        "XEXCH50", "ETRN", "ATRN", "BURL",
        // Several replies to one end of data: replies are paired with commands by counting.
        "PRDR",
    ]

    /// The reply to give a client's EHLO in place of the server's, given after STARTTLS (RFC 3207 4.2).
    ///
    /// Keywords that only make sense between the relay and the server are left out, all others stay as they are and in their order.
    /// PIPELINING is always offered (RFC 2920). LIMITS keeps what the server said and gets RCPTDOMAINMAX=1 (RFC 9422): recipients of one
    /// transaction share one leg.
    ///
    /// A server that nobody has authenticated must not make the client bounce mail by what it offers: SIZE comes without its number, SMTPUTF8
    /// is offered wherever 8BITMIME is (to offer it without would say that 8-bit text is taken, RFC 6531 3.1), limits of nothing are left out, and the server does not take the client's own name, which is a mail loop to it.
    /// What the client would have made of these the server says itself, or the relay, when there is a verdict.
    ///
    /// - Parameters:
    ///   - client: the name that the client gave.
    ///   - isAuthenticated: whether the server is; AUTH is offered only then, and all else is the server's word.
    public func offered(to client: String, isAuthenticated: Bool = false) -> Reply {
        var lines: [String] = []
        var limits: [Substring] = []
        for line in reply.others {
            guard let keyword = Self.keyword(of: line), !Self.withheld.contains(keyword), isAuthenticated || keyword != "AUTH" else {
                continue
            }
            switch keyword {
            case "PIPELINING": continue
            case "SIZE" where !isAuthenticated: lines.append("SIZE")
            case "LIMITS": limits += line.split(separator: " ").dropFirst()
            default: lines.append(line)
            }
        }
        // Ours are within the lines a reply can have.
        lines = Array(lines.prefix(Reply.maximumLines - 4))
        if !isAuthenticated, !offers("SMTPUTF8"), offers("8BITMIME") { lines.append("SMTPUTF8") }
        lines.append("PIPELINING")
        lines.append(Self.limits(with: limits))
        return Reply(code: reply.code, first: isAuthenticated ? reply.first : first(for: client), others: lines)
    }

    /// The reply to give a client's HELO: the greeting line alone.
    public func offeredToHELO(_ client: String) -> Reply { Reply(code: reply.code, first: first(for: client), others: []) }

    /// The greeting line. A client that is greeted by its own name takes the server for itself, and its mail for one that loops.
    private func first(for client: String) -> String {
        let name = reply.first.prefix { $0 != " " }
        return name.utf8.elementsEqual(client.utf8, by: { $0.lowercased == $1.lowercased })
            ? "server" + reply.first.dropFirst(name.count) : reply.first
    }

    /// RFC 9422 3: `limit-name=value`, of which a client ignores those it does not know.
    private static func limits(with others: [Substring]) -> String {
        var line = "LIMITS RCPTDOMAINMAX=1"
        for limit in others {
            let name = limit.utf8.prefix { $0 != UInt8(ascii: "=") }
            let isRecipientDomains = name.equalsIgnoringCase("RCPTDOMAINMAX")
            // A limit cut short would be another limit.
            guard !isRecipientDomains, !limit.hasSuffix("=0"), line.utf8.count + 1 + limit.utf8.count <= Reply.maximumText else { continue }
            line += " \(limit)"
        }
        return line
    }
}
