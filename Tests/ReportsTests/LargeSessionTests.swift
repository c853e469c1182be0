import Basics
import FoundationEssentials
import Glibc
import Records
import TestSupport
import Testing

@testable import Reports

/// No command takes longer than what it prints.
@Suite struct LargeSessionTests {
    @Test(arguments: [nil, 80])
    func `20,000 lines and 2,000 decisions take a second at most`(width: Int?) throws {
        var session = try Fixture.session()
        let template = try Fixture.deferral()
        session.transcript = []
        session.recipients = []
        for number in 0..<2000 {
            var recipient = template
            recipient.decision.id = RecordID()
            recipient.decision.at = Fixture.start + Double(number) / 100
            let offset = Int64(number) * 10_000
            session.recipients.append(recipient)
            for line in 0..<9 {
                session.transcript.append(.init(offset: offset, direction: .clientToWeft, text: "RCPT TO:<\(number).\(line)@example.net>"))
            }
            // Half of them are noted; the others are put where their times say.
            let name = number % 2 == 0 ? "\(recipient.decision.id)" : "?"
            session.transcript.append(.init(offset: offset, direction: .note, text: "decision \(name) defer: why"))
        }
        let before = Self.processorTime()
        let text = SessionText(session, style: Style(isColoured: false, width: width)).render()
        let seconds = Self.processorTime() - before
        #expect(seconds < 1, "\(seconds) s")
        #expect(text.split(separator: "\n").filter { $0.contains(" ==  DEFER ") }.count == 2000)
    }

    @Test func `a long line is wrapped in one go`() {
        let text = String(repeating: "word ", count: 40_000)
        let before = Self.processorTime()
        let lines = wrapped(text, width: 20)
        #expect(Self.processorTime() - before < 1)
        #expect(lines.allSatisfy { $0.count <= 20 } && lines.joined(separator: " ") == text)
    }

    @Test func `decisions without a note stand behind their command and before its reply, those of one moment in their order`() throws {
        var session = try Fixture.session()
        session.transcript = [
            .init(offset: 100, direction: .clientToWeft, text: "RCPT"), .init(offset: 100, direction: .weftToClient, text: "451"),
            .init(offset: 300, direction: .clientToWeft, text: "QUIT"),
        ]
        session.recipients = try [200, 100, 100, 400, 50].enumerated().map { index, offset in
            var recipient = try Fixture.deferral()
            recipient.decision.recipient = "\(index)"
            recipient.decision.at = Fixture.start + Double(offset) / 1_000_000
            return recipient
        }
        let entries = SessionEntries(session, start: Fixture.start).all.map { _, entry in
            switch entry {
            case .line(let line): line.text
            case .decision(let recipient): recipient.decision.recipient
            }
        }
        #expect(entries == ["4", "RCPT", "1", "2", "451", "0", "QUIT", "3"])
    }

    /// Of this thread: other work on the machine does not count.
    private static func processorTime() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }
}
