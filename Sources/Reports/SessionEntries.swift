import FoundationEssentials
import Records

/// What was said in a session and what was decided, in the order it happened. Made in one pass over either.
struct SessionEntries {
    enum Entry {
        case line(TranscriptLine)
        case decision(RecipientRow)
    }

    typealias Placed = (offset: Int, entry: Entry)

    /// With microseconds since the session's start.
    let all: [Placed]

    init(_ session: SessionReport, start: Date) {
        var entries: [Placed] = session.transcript.map { (Int($0.offset), .line($0)) }
        var notes = Self.notes(session.transcript)
        var others: [RecipientRow] = []
        for recipient in session.recipients {
            if let note = notes.removeValue(forKey: Substring(recipient.decision.id.description)) {
                entries[note].entry = .decision(recipient)
            } else {
                others.append(recipient)
            }
        }
        all = Self.merge(entries, others.map { (Self.offset(of: $0, start), $0) })
    }

    private static func offset(of recipient: RecipientRow, _ start: Date) -> Int {
        Int((max(-1e9, min(1e9, recipient.decision.at.timeIntervalSince(start))) * 1_000_000).rounded())
    }

    /// Where the session noted each decision that it made, by the decision's id.
    private static func notes(_ transcript: [TranscriptLine]) -> [Substring: Int] {
        var notes: [Substring: Int] = [:]
        for (index, line) in transcript.enumerated() where line.direction == .note && line.text.hasPrefix("decision ") {
            let rest = line.text.dropFirst("decision ".count)
            guard let end = rest.firstIndex(of: " "), notes[rest[..<end]] == nil else { continue }
            notes[rest[..<end]] = index
        }
        return notes
    }

    /// Puts decisions that the transcript does not note where their times say.
    private static func merge(_ entries: [Placed], _ decisions: [(offset: Int, recipient: RecipientRow)]) -> [Placed] {
        if decisions.isEmpty { return entries }
        // Grows even if the offsets should not, so that halving finds the first that is later.
        var latest: [Int] = []
        latest.reserveCapacity(entries.count)
        for entry in entries { latest.append(max(entry.offset, latest.last ?? .min)) }
        var places: [Int: Int] = [:]
        var waiting: [(place: Int, decision: (offset: Int, recipient: RecipientRow))] = []
        for decision in decisions {
            let place = places[decision.offset] ?? Self.place(of: decision.offset, entries, latest)
            places[decision.offset] = place
            waiting.append((place, decision))
        }
        // At one place in the order of time, then in the order they were recorded: the sort must keep that.
        let order = waiting.indices.sorted { left, right in
            (waiting[left].place, waiting[left].decision.offset, left) < (waiting[right].place, waiting[right].decision.offset, right)
        }
        var merged: [Placed] = []
        merged.reserveCapacity(entries.count + decisions.count)
        var done = 0
        for next in order.map({ waiting[$0] }) {
            merged += entries[done..<next.place]
            merged.append((next.decision.offset, .decision(next.decision.recipient)))
            done = next.place
        }
        return merged + entries[done...]
    }

    /// Before which entry a decision of this offset goes.
    private static func place(of offset: Int, _ entries: [Placed], _ latest: [Int]) -> Int {
        var (place, end) = (0, entries.count)
        while place < end {
            let middle = (place + end) / 2
            if latest[middle] > offset { end = middle } else { place = middle + 1 }
        }
        // At the same microsecond the command comes first and the reply last.
        while place > 0, entries[place - 1].offset == offset, case .line(let line) = entries[place - 1].entry,
            line.direction != .clientToWeft
        {
            place -= 1
        }
        return place
    }
}
