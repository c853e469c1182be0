import DANE
import FoundationEssentials
import Policy
import TLS

// Words for what a leg is and its certificate proves, shared by the forms of `weft explain`.

func describe(_ tls: LegTLS) -> String {
    switch tls {
    case .notOffered: "the server does not offer STARTTLS"
    case .refused(let code, let text): "the server answered STARTTLS with \(code) \(text)"
    case .failed(let failure): "the handshake failed: \(failure.detail)"
    case .established(let info): "\(info.version.rawValue) \(info.cipher)"
    }
}

func describe(_ result: DANEResult) -> String {
    switch result {
    case .matched(let record, let depth):
        "\(record.usage) \(record.selector) \(record.matchingType) matches\(depth == 0 ? "" : " certificate \(depth) of the chain")"
    case .noMatch: "no record matches"
    case .hostMismatch: "a record matches, but the certificate does not name the host"
    case .expired: "the certificate has expired"
    case .failed(let why): "failed, \(why)"
    case .noUsableRecords: "no record is usable"
    }
}

func describe(_ result: PKIXResult) -> String {
    switch result {
    case .valid(let until): "valid for the host until \(Human.time(until)) UTC"
    case .hostMismatch: "the certificate does not name the host"
    case .expired: "the certificate has expired"
    case .notYetValid: "the certificate is not valid yet"
    case .notTrusted(let why): "not trusted, \(why)"
    }
}
