import FoundationEssentials
import TestSupport
import Testing

@testable import weft

@Suite struct `Assumptions on the command line` {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    @Test func `a policy file is read as a policy host would serve it`() throws {
        let path = directory.path + "/mta-sts.txt"
        try Data("version: STSv1\nmode: testing\nmx: *.example.net\nmax_age: 60\n".utf8).write(to: URL(filePath: path))
        let options = try WhatIfOptions.parse(["--sts-policy", path, "--on-failure", "refuse", "--insecure-mx", "off"])
        let whatIf = try options.whatIf()
        #expect(whatIf.onFailure == .refuse && whatIf.insecureMX == .off)
        guard case .policy(let policy) = whatIf.sts else {
            Issue.record("no policy")
            return
        }
        #expect(policy.mode == .testing)
        try Data("mode: testing\n".utf8).write(to: URL(filePath: path))
        #expect(throws: (any Error).self) { try options.whatIf() }
        #expect(throws: (any Error).self) { try WhatIfOptions.parse(["--sts-policy", path, "--no-sts"]) }
    }
}
