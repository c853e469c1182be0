/// The part of a recipient's address behind the "@".
public enum RecipientDomain: Sendable, Hashable {
    /// A domain name.
    case name(DomainName)
    /// The address in an address literal (RFC 5321 4.1.3).
    case addressLiteral(IPAddress)
    /// `<postmaster>`, the one recipient without a domain (RFC 5321 4.1.1.3).
    case none

    /// The domain name; nil for the others.
    public var name: DomainName? {
        if case .name(let name) = self { name } else { nil }
    }
}

extension RecipientDomain: LosslessStringConvertible {
    /// The name in A-labels; an address in brackets, without tag; empty for none.
    public var description: String {
        switch self {
        case .name(let name): name.text
        case .addressLiteral(let address): "[\(address)]"
        case .none: ""
        }
    }

    /// Reads ``description``; a name is any that DNS can hold, as what was stored is.
    public init?(_ text: String) {
        if text.isEmpty {
            self = .none
        } else if text.hasPrefix("["), text.hasSuffix("]") {
            guard let address = IPAddress(String(text.dropFirst().dropLast())) else { return nil }
            self = .addressLiteral(address)
        } else {
            guard let name = try? DomainName(text, as: .wire) else { return nil }
            self = .name(name)
        }
    }
}
