public import Basics

/// The address that a test writes down; a text that is none is a mistake in the test, and ends the run.
public func ip(_ text: String) -> IPAddress {
    guard let address = IPAddress(text) else { preconditionFailure("\"\(text)\" is no IP address") }
    return address
}
