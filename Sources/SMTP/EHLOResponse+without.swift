extension EHLOResponse {
    /// This response without the lines of `keywords`, which are in upper case: what all servers behind one address offer.
    public func without(_ keywords: Set<String>) -> EHLOResponse {
        guard !keywords.isEmpty else { return self }
        // Who has no 8BITMIME has no SMTPUTF8 (RFC 6531 3.1).
        let keywords = keywords.contains("8BITMIME") ? keywords.union(["SMTPUTF8"]) : keywords
        let lines = reply.others.filter { line in Self.keyword(of: line).map { !keywords.contains($0) } ?? true }
        return EHLOResponse(reply: Reply(code: reply.code, first: reply.first, others: lines))
    }
}
