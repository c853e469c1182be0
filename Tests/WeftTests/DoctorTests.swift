import FoundationEssentials
import TestSupport
import Testing

@testable import weft

@Suite struct `The doctor on the command line` {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    @Test func `a configuration that is wrong is all there is to say`() async throws {
        let path = directory.path + "/weft.toml"
        try Data("[listen]\naddress = 3\nnonsense = 1\n".utf8).write(to: URL(filePath: path))
        let command = try DoctorCommand.parse(["--config", path])
        let findings = await command.findings()
        #expect(findings.count >= 2 && findings.allSatisfy { $0.check == "configuration" && $0.state == .fail })
    }
}
