import Basics
import FoundationEssentials
import Records

/// A session as a person reads it: what it was, what was said with the decisions in place, what became of its transactions.
struct SessionText {
    private let session: SessionReport
    private let style: Style
    /// What offsets are relative to.
    private let start: Date
    private let entries: SessionEntries
    private let offsetWidth: Int
    /// Every line that was said, to see whether a reply was.
    private let said: Set<String>

    init(_ session: SessionReport, style: Style) {
        self.session = session
        self.style = style
        start = session.connection?.opened.at ?? session.recipients.first?.decision.at ?? session.id.time
        // Once, not for each row: a session may have hundreds of thousands.
        entries = SessionEntries(session, start: start)
        offsetWidth = entries.all.reduce(7) { max($0, Self.seconds($1.offset).utf8.count) }
        said = Set(session.transcript.lazy.map(\.text))
    }

    func render() -> String {
        var sections = [head, transcript]
        if !session.transactions.isEmpty { sections.append(transactionTable(session.transactions).render(style)) }
        return sections.filter { !$0.isEmpty }.joined(separator: "\n")
    }

    private var head: String {
        var lines = [style.bold("Session \(session.id)")]
        func add(_ name: String, _ value: String) {
            lines += labelled(name, value, labelWidth: 13, indentation: 2)
        }
        guard let connection = session.connection else {
            add("decided", Human.exactTime(start) + " UTC")
            add("note", "the connection's own records are not kept any more")
            return lines.joined(separator: "\n") + "\n"
        }
        let opened = connection.opened
        add("opened", Human.exactTime(opened.at) + " UTC")
        let name = connection.closed?.helo.map { " (\($0))" } ?? ""
        add("client", endpoint(opened.client, opened.clientPort) + name)
        add("destination", endpoint(opened.destination, opened.destinationPort) + (opened.source.map { ", from \($0)" } ?? ""))
        if let closed = connection.closed {
            add("ended", "after \(Human.milliseconds(closed.at.timeIntervalSince(opened.at) * 1000)): \(closed.reason)")
            add(
                "traffic",
                "\(Human.count(closed.messages, "message")) delivered, \(Human.size(closed.bytesFromClient)) from the client, "
                    + "\(Human.size(closed.bytesFromUpstream)) from the server")
        } else {
            add("ended", "not yet, or Weft stopped before it could say")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private func endpoint(_ address: IPAddress, _ port: Int) -> String { Endpoint(address: address, port: port).description }
}

// MARK: - Transcript

extension SessionText {
    private var transcript: String {
        entries.all.map { offset, entry in
            switch entry {
            case .line(let line): row(offset, line.direction.rawValue, Table.Cell(line.text, Self.colour(of: line.direction)))
            case .decision(let recipient): block(offset, DecisionText(recipient))
            }
        }.joined()
    }

    private func row(_ offset: Int, _ mark: String, _ text: Table.Cell) -> String {
        let time = Self.seconds(offset)
        let indentation = offsetWidth + 5
        let lines = wrapped(text.text, width: style.width.map { max(20, $0 - indentation) }).map { style.colour(text.colour, $0) }
        let head = spaces(offsetWidth - time.count) + style.dim(time) + " " + mark + "  "
        return head + lines.joined(separator: "\n" + spaces(indentation)) + "\n"
    }

    private func block(_ offset: Int, _ text: DecisionText) -> String {
        let indentation = offsetWidth + 7
        // Where the transcript has the reply, it comes right after.
        let isSaid = text.decision.reply.map(said.contains) ?? false
        let lines = text.details.filter { !(isSaid && $0.label == "reply") }.flatMap { detail in
            labelled(detail.label, detail.value, labelWidth: detail.label.isEmpty ? 0 : 8, indentation: indentation)
        }
        return row(offset, "==", text.headline) + lines.map { $0 + "\n" }.joined()
    }

    /// A value under which its further lines are aligned.
    private func labelled(_ label: String, _ value: String, labelWidth: Int, indentation: Int) -> [String] {
        let lines = wrapped(value.printable, width: style.width.map { max(20, $0 - indentation - labelWidth) })
        return lines.enumerated().map { index, line in
            let head = index == 0 ? style.dim(label) + spaces(labelWidth - label.count) : spaces(labelWidth)
            return spaces(indentation) + head + line
        }
    }

    private func spaces(_ count: Int) -> String {
        String(repeating: " ", count: max(0, count))
    }

    /// `12.345`, from microseconds.
    private static func seconds(_ microseconds: Int) -> String {
        let milliseconds = microseconds / 1000
        let fraction = String(abs(milliseconds) % 1000)
        let sign = milliseconds < 0 ? "-" : ""
        return "\(sign)\(abs(milliseconds) / 1000)." + String(repeating: "0", count: 3 - fraction.count) + fraction
    }

    private static func colour(of direction: Direction) -> Style.Colour? {
        switch direction {
        case .clientToWeft: .cyan
        case .weftToClient: .yellow
        default: nil
        }
    }
}
