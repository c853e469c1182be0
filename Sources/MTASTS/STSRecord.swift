/// The MTA-STS TXT record of a policy domain (RFC 8461 3.1): it says that there is a policy, and its `id` changes when the policy does.
public struct STSRecord: Codable, Hashable, Sendable {
    /// 1 to 32 letters and digits; compared octet by octet.
    public let id: String

    /// A record with this id. `select(from:)` makes them from DNS data.
    public init(id: String) {
        self.id = id
    }

    /// What the TXT RRset of `_mta-sts.<domain>` amounts to.
    public enum Selection: Codable, Hashable, Sendable {
        /// Exactly one record claims to be STSv1, and it is well formed.
        case record(STSRecord)
        /// No record claims to be STSv1: no policy.
        case none
        /// More than one does: "no policy available" (RFC 8461 3.1).
        case several
        /// One does, and breaks the grammar; the text says how, in printable ASCII.
        case invalid(String)
    }

    /// Picks the record from a TXT RRset; one element for each RR, its character-strings already concatenated with nothing between.
    public static func select(from txt: [[UInt8]]) -> Selection {
        var candidate: [UInt8]?
        var bareVersion = false
        for text in txt {
            guard text.starts(with: version) else { continue }
            let rest = text[version.count...].droppingLeadingWSP
            if rest.first == UInt8(ascii: ";") {
                // RFC 8461 3.1: "If the number of resulting records is not one [...] senders MUST assume" no policy.
                guard candidate == nil else { return .several }
                candidate = text
            } else if rest.isEmpty {
                bareVersion = true
            }
        }
        guard let candidate else { return bareVersion ? .invalid("there is no id after v=STSv1") : .none }
        do throws(STSRecordError) {
            return .record(try parse(candidate))
        } catch {
            return .invalid(error.description)
        }
    }

    static let version = Array("v=STSv1".utf8)
}
