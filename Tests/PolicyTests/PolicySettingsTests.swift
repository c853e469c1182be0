import Basics
import DNS
import Records
import TestSupport
import Testing

@testable import Policy

@Suite struct PolicySettingsTests {
    private let configuration: PolicySettings = {
        var configuration = PolicySettings()
        configuration.domains = [
            "own.example": .init(enforcement: .enforce), "required.example": .init(require: .dane),
            "refused.example": .init(onFailure: .refuse),
        ]
        configuration.clients = [
            .init(network: IPNetwork("192.0.2.0/24")!, enforcement: .report),
            .init(network: IPNetwork("192.0.2.128/25")!, enforcement: .enforce),
            .init(network: IPNetwork("192.0.2.1")!),
            .init(network: IPNetwork("2001:db8::/32")!, enforcement: .report),
        ]
        return configuration
    }()

    @Test(arguments: [
        ("example.net", "192.0.2.1", Enforcement.report), ("example.net", "192.0.2.129", .enforce),
        ("example.net", "2001:db8::1", .report), ("example.net", "198.51.100.1", .enforce), ("own.example", "192.0.2.1", .enforce),
        ("required.example", "192.0.2.1", .report),
    ])
    func `a client's network has its enforcement unless the domain has its own`(
        domain: DomainName, client: String, expected: Enforcement
    ) {
        #expect(configuration.settings(for: domain, client: IPAddress(client)).enforcement == expected)
    }

    @Test func `the rest of a domain's settings stays`() {
        #expect(configuration.settings(for: "required.example", client: IPAddress("192.0.2.1")).require == .dane)
        #expect(configuration.settings(for: "refused.example", client: nil) == DecisionSettings(onFailure: .refuse))
        #expect(configuration.settings(for: nil, client: IPAddress("192.0.2.1")).enforcement == .report)
        #expect(configuration.settings(for: nil, client: nil).enforcement == .enforce)
    }
}
