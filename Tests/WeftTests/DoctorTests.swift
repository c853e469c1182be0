import FoundationEssentials
import Testing

@testable import weft

@Suite struct `The doctor on the command line` {
    @Test func `a configuration that is wrong is all there is to say`() async throws {
        let path = "/tmp/weft-doctor-" + String(UInt64.random(in: .min ... .max), radix: 36) + ".toml"
        defer { try? FileManager.default.removeItem(atPath: path) }
        try Data("[listen]\naddress = 3\nnonsense = 1\n".utf8).write(to: URL(filePath: path))
        let command = try DoctorCommand.parse(["--config", path])
        let findings = await command.findings()
        #expect(findings.count >= 2 && findings.allSatisfy { $0.check == "configuration" && $0.state == .fail })
    }
}
