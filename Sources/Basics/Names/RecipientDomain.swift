/// The part of a recipient's address behind the "@".
public enum RecipientDomain: Sendable, Hashable {
    /// A domain name.
    case name(DomainName)
    /// The address in an address literal (RFC 5321 4.1.3).
    case addressLiteral(IPAddress)
    /// A name in UTF-8 that has no form in DNS by the rules of IDNA, such as one of emoji: what an MTA makes of it is its own.
    case unmapped(String)
    /// `<postmaster>`, the one recipient without a domain (RFC 5321 4.1.1.3).
    case none

    /// The domain name; nil for the others.
    public var name: DomainName? {
        if case .name(let name) = self { name } else { nil }
    }
}

extension RecipientDomain: LosslessStringConvertible {
    /// The name in A-labels; an address in brackets, without tag; what has no such form as it was sent; empty for none.
    public var description: String {
        switch self {
        case .name(let name): name.text
        case .addressLiteral(let address): "[\(address)]"
        case .unmapped(let text): text
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
            if let name = try? DomainName(text, as: .wire) {
                self = .name(name)
            } else {
                guard text.utf8.contains(where: { $0 >= 0x80 }) else { return nil }
                self = .unmapped(text)
            }
        }
    }
}
