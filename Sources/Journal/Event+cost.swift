import Records

extension Event {
    /// Whether it belongs to a decision: what it rests on, or what became of it.
    var hasPriority: Bool {
        switch self {
        case .decision, .evidence, .certificate, .transaction: true
        case .opened, .transcript, .closed, .outcome: false
        }
    }

    /// About how many octets it holds, to bound what waits to be written.
    var cost: Int {
        switch self {
        case .opened, .closed: 256
        case .transcript(_, let lines): lines.reduce(64) { $0 + 48 + $1.text.utf8.count }
        case .transaction(let record): record.fates.reduce(256 + (record.content?.count ?? 0)) { $0 + 96 + ($1.reply?.utf8.count ?? 0) }
        case .decision: 1024
        case .evidence(let record): 128 + record.body.count + 80 * record.certificates.count
        case .certificate(let record): 256 + record.der.count
        case .outcome(let record): record.policyString.reduce(512) { $0 + 32 + $1.utf8.count }
        }
    }
}
