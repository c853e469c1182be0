import Records

/// The transactions of a session.
func transactionTable(_ transactions: [TransactionRecord]) -> Table {
    Table(
        columns: [
            .init("#", isRightAligned: true), .init("SENDER", minimum: 12), .init("ACCEPTED", isRightAligned: true),
            .init("REFUSED", isRightAligned: true), .init("SIZE", isRightAligned: true), .init("OUTCOME"), .init("REPLY", minimum: 10),
        ],
        rows: transactions.map { transaction in
            [
                .init(String(transaction.number)), .init("<\(transaction.sender)>"), .init(String(transaction.recipientsAccepted)),
                .init(String(transaction.recipientsRefused)), .init(Human.size(transaction.bytes)),
                .init(transaction.outcome.rawValue, transaction.outcome == .delivered ? .green : .yellow), .init(transaction.reply ?? "-"),
            ]
        })
}
