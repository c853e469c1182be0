package import Basics
package import DNS

/// What a ``ScriptedResolver`` says about a name it has in its script.
package struct ScriptedAnswer<Record: Sendable & Hashable & Codable>: Sendable {
    private let outcome: Result<DNSAnswer<Record>.Outcome, DNSFailure>
    private let status: DNSSECStatus
    private let canonicalName: DomainName?
    private let ttl: Int

    /// These records, of `canonicalName` if the name is an alias. Without any, the name exists and has none.
    package static func records(
        _ records: [Record], _ status: DNSSECStatus = .secure, canonicalName: DomainName? = nil, ttl: Int = 300
    ) -> Self {
        let outcome: DNSAnswer<Record>.Outcome = records.isEmpty ? .noData : .records(records)
        return Self(outcome: .success(outcome), status: status, canonicalName: canonicalName, ttl: ttl)
    }

    /// The name has no such record.
    package static func noData(_ status: DNSSECStatus = .secure, ttl: Int = 300) -> Self { records([], status, ttl: ttl) }

    /// There is no such name.
    package static func nxDomain(_ status: DNSSECStatus = .secure, ttl: Int = 300) -> Self {
        Self(outcome: .success(.nxDomain), status: status, canonicalName: nil, ttl: ttl)
    }

    /// The look-up fails, and "scripted" is the detail.
    package static func failing(_ kind: DNSFailure.Kind) -> Self {
        Self(outcome: .failure(DNSFailure(kind, "scripted")), status: .insecure, canonicalName: nil, ttl: 0)
    }

    /// The answer to who asks for `name`.
    func answer(about name: DomainName) throws(DNSFailure) -> DNSAnswer<Record> {
        DNSAnswer(name: name, canonicalName: canonicalName, status: status, outcome: try outcome.get(), ttl: ttl)
    }
}

extension ScriptedAnswer<Never> {
    /// The same said of records of another type: there are none either way.
    func of<Other>(_ type: Other.Type) -> ScriptedAnswer<Other> {
        let other = outcome.map { outcome -> DNSAnswer<Other>.Outcome in
            if case .nxDomain = outcome { .nxDomain } else { .noData }
        }
        return ScriptedAnswer<Other>(outcome: other, status: status, canonicalName: canonicalName, ttl: ttl)
    }
}
