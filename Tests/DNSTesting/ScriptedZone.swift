package import Basics
package import DNS

/// What a ``ScriptedResolver`` knows, by type and name. What stands at the root is said of every name that has nothing of its own.
package struct ScriptedZone: Sendable {
    /// Answers by name.
    package typealias Answers<Record: Sendable & Hashable & Codable> = [DomainName: ScriptedAnswer<Record>]

    /// Mail exchangers.
    package var mx: Answers<MXRecord> = [:]
    /// IPv4 addresses.
    package var a: Answers<IPAddress> = [:]
    /// IPv6 addresses.
    package var aaaa: Answers<IPAddress> = [:]
    /// TLSA records, by `_25._tcp.HOST`.
    package var tlsa: Answers<TLSARecord> = [:]
    /// TXT records, an element each.
    package var txt: Answers<[UInt8]> = [:]
    /// What aliases stand for.
    package var cname: Answers<DomainName> = [:]

    /// What is said of `name`.
    static func find<Record>(_ name: DomainName, in answers: Answers<Record>) -> ScriptedAnswer<Record>? { answers[name] ?? answers[.root] }
}
