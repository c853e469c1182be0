import FoundationEssentials

extension PolicyList {
    package func text(_ style: Style) -> String {
        let now = style.now
        return Table(
            columns: [
                .init("DOMAIN", minimum: 16), .init("MODE"), .init("MX", minimum: 16), .init("EXPIRES"), .init("CHECKED"),
                .init("USED", dropRank: 2), .init("ID", minimum: 10, dropRank: 3), .init("LAST ERROR", minimum: 10, dropRank: 1),
            ],
            rows: policies.map { policy in
                [
                    .init(policy.domain.text), .init(policy.mode.rawValue), .init(policy.mx.joined(separator: " ")),
                    .init(Human.relative(policy.expires, to: now), policy.expires <= now ? .red : nil),
                    .init(Human.relative(policy.lastChecked, to: now)),
                    .init(policy.lastUsed.map { Human.relative($0, to: now) } ?? "never"),
                    .init(policy.id), .init(policy.lastError ?? "-", policy.lastError == nil ? nil : .yellow),
                ]
            }
        ).render(style)
    }
}

extension PolicyView {
    package func text(_ style: Style) -> String {
        let now = style.now
        var lines = [style.bold(domain.text)]
        func add(_ name: String, _ value: String?, _ colour: Style.Colour? = nil) {
            guard let value else { return }
            let label = style.dim(name + String(repeating: " ", count: 13 - name.count))
            lines.append("  " + label + style.colour(colour, value.printable))
        }
        func moment(_ date: Date) -> String { "\(Human.time(date)) UTC (\(Human.relative(date, to: now)))" }
        add("mode", mode.rawValue)
        add("mx", mx.joined(separator: " "))
        add("max age", "\(maxAge) s (\(Human.span(Double(maxAge))))")
        add("id", id)
        add("fetched", moment(fetchedAt))
        add("expires", moment(expires), expires <= now ? .red : nil)
        add("checked", moment(lastChecked))
        add("used", lastUsed.map(moment) ?? "never")
        add("host", sourceAddress?.description)
        add("certificate", certificateSHA256)
        add("last error", lastError, .yellow)
        return (lines + ["", indented(self.text)]).joined(separator: "\n")
    }
}

extension PolicyHistoryView {
    package func text(_ style: Style) -> String {
        policies.map { row in
            let host = row.sourceAddress.map { " from \($0)" } ?? ""
            let head = "\(Human.time(row.fetchedAt)) UTC  \(row.mode.rawValue)  id \(row.id)\(host)"
            return style.bold(head.printable) + "\n" + indented(row.text)
        }.joined(separator: "\n")
    }
}

/// Text of several lines (ended by CRLF or LF, RFC 8461 3.2), each escaped.
private func indented(_ text: String) -> String {
    text.split(whereSeparator: \.isNewline).map { "  \($0.printable)\n" }.joined()
}
