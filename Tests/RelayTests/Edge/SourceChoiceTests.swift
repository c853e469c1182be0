import Basics
import TestSupport
import Testing

@testable import Relay

@Suite struct SourceChoiceTests {
    private let destination4 = IPAddress("203.0.113.25")
    private let destination6 = IPAddress("2001:db8::25")

    @Test func `the first address of the destination's family is the source`() throws {
        let choice = FirstSource(addresses: ["2001:db8::1", "192.0.2.1", "192.0.2.2", "2001:db8::2"].compactMap { IPAddress($0) })
        #expect(choice.source(for: try #require(destination4)) == IPAddress("192.0.2.1"))
        #expect(choice.source(for: try #require(destination6)) == IPAddress("2001:db8::1"))
    }

    @Test func `without an address of the family the system chooses`() throws {
        #expect(FirstSource(addresses: []).source(for: try #require(destination4)) == nil)
        let choice = FirstSource(addresses: [try #require(IPAddress("192.0.2.1"))])
        #expect(choice.source(for: try #require(destination6)) == nil)
    }

    @Test func `a session dials from the address that its record names`() async throws {
        let world = World()
        world.settings.sources = ["2001:db8::1", "192.0.2.1"].compactMap { IPAddress($0) }
        world.sayMessage()
        await world.run()
        #expect(world.sources == [IPAddress("192.0.2.1")])
        #expect(world.journal.decisions.map(\.source) == [ip("192.0.2.1")])
    }
}
