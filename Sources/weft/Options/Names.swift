import ArgumentParser
import Basics

// Names and addresses as the command line takes them: read once, with an error that says what is wrong with them.

/// A policy domain; U-labels are converted.
func policyDomain(_ text: String) throws -> DomainName {
    do { return try DomainName(text, as: .mail) } catch { throw ValidationError("\"\(text)\" is not a domain name: \(error)") }
}

/// Where a recipient is: a domain, or an address in brackets.
func recipientDomain(_ text: String) throws -> RecipientDomain {
    if text.hasPrefix("[") {
        guard let domain = RecipientDomain(text.lowercased().replacing("ipv6:", with: "")) else {
            throw ValidationError("\"\(text)\" is no address literal such as \"[192.0.2.1]\"")
        }
        return domain
    }
    return .name(try policyDomain(text))
}

/// An IP address.
func address(_ text: String) throws -> IPAddress {
    guard let address = IPAddress(text) else { throw ValidationError("\"\(text)\" is not an IP address") }
    return address
}
