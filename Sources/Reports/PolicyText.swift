import Records
import Basics
import FoundationEssentials
import Journal

/// The cached policies as a table.
package func policyTable(_ policies: [PolicyRow], now: Date) -> Table {
    Table(
        columns: [
            .init("DOMAIN", minimum: 16), .init("MODE"), .init("MX", minimum: 16), .init("EXPIRES"), .init("CHECKED"),
            .init("USED", dropRank: 2), .init("ID", minimum: 10, dropRank: 3), .init("LAST ERROR", minimum: 10, dropRank: 1),
        ],
        rows: policies.map { policy in
            [
                .init(policy.domain), .init(policy.mode), .init(policy.mx.joined(separator: " ")),
                .init(Human.relative(policy.expires, to: now), policy.expires <= now ? .red : nil),
                .init(Human.relative(policy.lastChecked, to: now)), .init(policy.lastUsed.map { Human.relative($0, to: now) } ?? "never"),
                .init(policy.policyID), .init(policy.lastError ?? "-", policy.lastError == nil ? nil : .yellow),
            ]
        })
}

/// One policy with everything that is known of it, and its text.
package func policyText(_ policy: PolicyRow, now: Date, _ style: Style) -> String {
    var lines = [style.bold(policy.domain.printable)]
    func add(_ name: String, _ value: String?, _ colour: Style.Colour? = nil) {
        guard let value else { return }
        let label = style.dim(name + String(repeating: " ", count: 13 - name.count))
        lines.append("  " + label + style.colour(colour, value.printable))
    }
    func moment(_ date: Date) -> String { "\(Human.time(date)) UTC (\(Human.relative(date, to: now)))" }
    add("mode", policy.mode)
    add("mx", policy.mx.joined(separator: " "))
    add("max age", "\(policy.maxAge) s (\(Human.span(Double(policy.maxAge))))")
    add("id", policy.policyID)
    add("fetched", moment(policy.fetchedAt))
    add("expires", moment(policy.expires), policy.expires <= now ? .red : nil)
    add("checked", moment(policy.lastChecked))
    add("used", policy.lastUsed.map(moment) ?? "never")
    add("host", policy.sourceAddress)
    add("certificate", policy.certificateSHA256)
    add("last error", policy.lastError, .yellow)
    return (lines + ["", indented(policy.text)]).joined(separator: "\n")
}

/// The policies that a domain had, each with its text.
package func policyHistoryText(_ rows: [PolicyHistoryRow], _ style: Style) -> String {
    rows.map { row in
        let host = row.sourceAddress.map { " from \($0)" } ?? ""
        let head = "\(Human.time(row.fetchedAt)) UTC  \(row.mode)  id \(row.policyID)\(host)"
        return style.bold(head.printable) + "\n" + indented(row.text)
    }.joined(separator: "\n")
}

/// Text of several lines (ended by CRLF or LF, RFC 8461 3.2), each escaped.
private func indented(_ text: String) -> String {
    text.split(whereSeparator: \.isNewline).map { "  \($0.printable)\n" }.joined()
}
