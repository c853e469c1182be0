import Basics
import Testing

@testable import ConfigurationFile

@Suite struct `Quantities` {
    @Test(arguments: [
        ("250ms", Duration.milliseconds(250)), ("30s", .seconds(30)), ("5m", .seconds(300)), ("1h", .seconds(3600)),
        ("30d", .seconds(2_592_000)), ("0s", .zero), ("999999999d", .seconds(999_999_999 * 86_400)),
    ])
    func `a duration is a whole number and a unit`(_ text: String, _ duration: Duration) {
        #expect(Quantity.duration(text) == duration)
    }

    @Test(arguments: ["", "30", "s", "-1s", "+1s", "1.5s", "1 s", " 1s", "1s ", "1S", "1min", "1h30m", "1000000000s", "١s", "0x1s", "1us"])
    func `nothing else is a duration`(_ text: String) {
        #expect(Quantity.duration(text) == nil)
    }

    @Test(arguments: [("512B", 512), ("64KiB", 65_536), ("16MiB", 1 << 24), ("4GiB", 1 << 32), ("1TiB", 1 << 40)])
    func `a size is a whole number and a unit`(_ text: String, _ size: Int) {
        #expect(Quantity.size(text) == size)
        #expect(Quantity.text(size: size) == text)
    }

    @Test(arguments: ["", "64", "64K", "64KB", "64kib", "64 KiB", "-1B", "1.5MiB", "999999999TiB", "1000000000B"])
    func `nothing else is a size`(_ text: String) {
        #expect(Quantity.size(text) == nil)
    }

    @Test(arguments: ["250ms", "30s", "5m", "1h", "30d", "1500ms", "90s"])
    func `a duration is printed as it is written`(_ text: String) throws {
        #expect(Quantity.text(try #require(Quantity.duration(text))) == text)
    }

    @Test(arguments: [
        "127.0.0.1:1", "0.0.0.0:65535", "[::1]:10025", "[2001:db8::1]:25",
    ])
    func `an endpoint is printed as it is written`(_ text: String) throws {
        #expect(Endpoint(text)?.description == text)
    }

    @Test(arguments: [
        "", ":", "127.0.0.1", "127.0.0.1:", "127.0.0.1:0", "127.0.0.1:65536", "127.0.0.1:025", "127.0.0.1:+25", "127.0.0.1:25 ",
        "::1", "::1:25", "[::1]", "[::1]:", "[127.0.0.1]:25", "[]:25", "localhost:25", "[::1%lo]:25", "127.1:25", "127.0.0.1:99999",
    ])
    func `nothing else is an endpoint`(_ text: String) {
        #expect(Endpoint(text) == nil)
    }
}
