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
    /// - Parameter keepingAuth: whether AUTH may be offered; only where the server is authenticated
    public func offered(keepingAuth: Bool = false) -> Reply {
        var lines: [String] = []
        var limits: [Substring] = []
        for line in reply.others {
            guard let keyword = Self.keyword(of: line), !Self.withheld.contains(keyword), keepingAuth || keyword != "AUTH" else { continue }
            switch keyword {
            case "PIPELINING": continue
            case "LIMITS": limits += line.split(separator: " ").dropFirst()
            default: lines.append(line)
            }
        }
        // Ours are within the lines a reply can have.
        lines = Array(lines.prefix(Reply.maximumLines - 3))
        lines.append("PIPELINING")
        lines.append(Self.limits(with: limits))
        return Reply(code: reply.code, first: reply.first, others: lines)
    }

    /// The reply to give a client's HELO: the greeting line alone.
    public func offeredToHELO() -> Reply { Reply(code: reply.code, first: reply.first, others: []) }

    /// RFC 9422 3: `limit-name=value`, of which a client ignores those it does not know.
    private static func limits(with others: [Substring]) -> String {
        var line = "LIMITS RCPTDOMAINMAX=1"
        for limit in others {
            let name = limit.utf8.prefix { $0 != UInt8(ascii: "=") }
            let isRecipientDomains = name.equalsIgnoringCase("RCPTDOMAINMAX")
            // A limit cut short would be another limit.
            guard !isRecipientDomains, line.utf8.count + 1 + limit.utf8.count <= Reply.maximumText else { continue }
            line += " \(limit)"
        }
        return line
    }
}
