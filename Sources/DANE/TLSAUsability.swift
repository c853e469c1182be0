import DNS
import TLS

/// Whether a TLSA record can be used for SMTP at all (RFC 7672 3.1, RFC 6698 4.1).
public enum TLSAUsability: Codable, Hashable, Sendable {
    /// It can match a certificate.
    case usable
    /// It never matches, whatever the certificate: why, in printable ASCII.
    case unusable(String)
}

extension TLSARecord {
    /// Whether the record is one of usage 2 or 3 with a known selector and matching type, and data that fits them.
    public var usability: TLSAUsability {
        switch usage {
        case 2, 3: break
        // RFC 7672 3.1.3: clients cannot be expected to trust the same public roots.
        case 0, 1: return .unusable("usage \(usage) is not for SMTP")
        default: return .unusable("unknown usage \(usage)")
        }
        guard selector <= 1 else { return .unusable("unknown selector \(selector)") }
        switch matchingType {
        case 0:
            guard isUsableTLSA(usage: usage, selector: selector, matchingType: matchingType, data: data) else {
                return .unusable("the data is no \(selector == 0 ? "certificate" : "public key")")
            }
            return .usable
        case 1: return usability(ofDigest: "SHA2-256", octets: 32)
        case 2: return usability(ofDigest: "SHA2-512", octets: 64)
        default: return .unusable("unknown matching type \(matchingType)")
        }
    }

    private func usability(ofDigest name: String, octets: Int) -> TLSAUsability {
        data.count == octets ? .usable : .unusable("\(data.count) octets are no \(name) digest")
    }
}
