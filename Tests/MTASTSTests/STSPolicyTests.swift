import Basics
import TestSupport
import Testing

@testable import MTASTS

@Suite struct STSPolicyTests {
    private func parse(_ text: String) throws(STSPolicyError) -> STSPolicy { try STSPolicy.parse(Array(text.utf8)) }

    /// A good policy in which one line is replaced.
    private func policy(version: String = "STSv1", mode: String = "enforce", mx: String = "mx.example.test", maxAge: String = "86400")
        -> String
    {
        "version: \(version)\nmode: \(mode)\nmx: \(mx)\nmax_age: \(maxAge)\n"
    }

    @Test(arguments: [
        "version: STSv1\r\nmode: enforce\r\nmx: mail.example.com\r\nmx: *.example.net\r\nmx: backupmx.example.com\r\nmax_age: 604800\r\n",
        "version:STSv1\nmode:enforce\nmx:mail.example.com\nmx:*.example.net\nmx:backupmx.example.com\nmax_age:604800",
        "max_age: \t604800 \t\nmx: MAIL.example.com\nversion: STSv1  \nmx: *.Example.NET \r\nmode: enforce\nmx: backupmx.example.com\r\n",
    ])
    func `line ends, order, case of hosts and blanks round values do not matter`(text: String) throws {
        let policy = try parse(text)
        #expect(policy.mode == .enforce)
        #expect(policy.mx == ["mail.example.com", "*.example.net", "backupmx.example.com"])
        #expect(policy.maxAge == 604_800)
        #expect(policy.text == text)
        #expect(policy.lint.isEmpty)
    }

    @Test func `unknown fields are ignored, colons in values and UTF-8 too`() throws {
        #expect(try parse(policy() + "report_to: https://example.com/ü x\nversion: STSv2\nmode: x\nmax_age: -1\n").maxAge == 86400)
    }

    @Test func `the first of repeated fields counts, and that is noted`() throws {
        let policy = try parse(policy() + "mode: none\nmax_age: 5\nversion: STSv1\n")
        #expect(policy.mode == .enforce && policy.maxAge == 86400)
        #expect(policy.lint == ["mode repeated", "max_age repeated", "version repeated"])
    }

    @Test func `blank lines are tolerated and noted`() throws {
        #expect(try parse("\n" + policy() + "\r\n \t\n").lint == ["blank line"])
    }

    @Test(arguments: [
        ("0", 0), ("1", 1), ("0000000007", 7), ("31557600", 31_557_600), ("31557601", 31_557_600), ("9999999999", 31_557_600),
    ])
    func `max_age is clamped to a year`(text: String, seconds: Int) throws {
        #expect(try parse(policy(maxAge: text)).maxAge == seconds)
    }

    @Test(arguments: ["", "-1", "+1", "1 2", "10000000000", "00000000001", "1.5", "1s", "0x10"])
    func `a bad max_age is invalid`(text: String) {
        #expect(throws: STSPolicyError.self) { try parse(policy(maxAge: text)) }
    }

    @Test(arguments: ["Enforce", "ENFORCE", "enforced", "\"enforce\"", "off"])
    func `mode is case-sensitive`(mode: String) {
        #expect(throws: STSPolicyError.badValue(line: 2, field: "mode", value: mode)) { try parse(policy(mode: mode)) }
    }

    @Test(arguments: ["STSv2", "stsv1", "STSv1.0"])
    func `version must be STSv1`(version: String) {
        #expect(throws: STSPolicyError.badValue(line: 1, field: "version", value: version)) { try parse(policy(version: version)) }
    }

    @Test(arguments: ["version", "mode", "mx", "max_age"])
    func `a missing field is named`(field: String) {
        let lines = policy().split(separator: "\n").filter { !$0.hasPrefix("\(field):") }
        #expect(throws: STSPolicyError.missing(field: field)) { try parse(lines.joined(separator: "\n")) }
        let upper = policy().replacing("\(field):", with: "\(field.uppercased()):")
        #expect(throws: STSPolicyError.missing(field: field)) { try parse(upper) }
    }

    @Test func `mode none needs no mx`() throws {
        let policy = try parse("version: STSv1\nmode: none\nmax_age: 60")
        #expect(policy.mode == .none && policy.mx.isEmpty)
    }

    @Test(arguments: [
        "mx : a.test", " mx: a.test", "mx", ": x", "x:", "x: ", "x: a\tb", "x: a\0b", "x: a\rb", "\rx: a", "-x: a", "\u{feff}x: a",
        "x\u{b}y: a", "x: \u{7f}",
        "a23456789012345678901234567890123: x", "<html>",
    ])
    func `a malformed line makes the policy invalid`(line: String) {
        #expect(throws: STSPolicyError.malformedLine(number: 5, excerpt: printable(line.utf8, limit: 60, escapingBackslash: true))) {
            try parse(policy() + line + "\n")
        }
    }

    @Test(arguments: ["\r", "x: y\r"])
    func `a bare CR is no line end`(end: String) {
        #expect(throws: STSPolicyError.self) { try parse(policy() + end) }
    }

    @Test func `documents that are no text are invalid`() {
        #expect(throws: STSPolicyError.empty) { try parse("") }
        #expect(throws: STSPolicyError.empty) { try parse("\n \n") }
        #expect(throws: STSPolicyError.byteOrderMark) { try parse("\u{feff}" + policy()) }
        #expect(throws: STSPolicyError.notUTF8) { try STSPolicy.parse(Array(policy().utf8) + Array("x: ".utf8) + [0xc0, 0x80]) }
        #expect(throws: STSPolicyError.tooLong) { try parse(policy() + "x: " + String(repeating: "y", count: 65_536)) }
    }

    @Test(arguments: [
        ("mx.example.test.", "mx.example.test", "mx with a final dot"), ("192.0.2.1", "192.0.2.1", "mx is an address"),
        ("2001:DB8::1", "2001:db8::1", "mx is an address"), ("[192.0.2.1]", "[192.0.2.1]", "mx is an address"),
        ("[IPv6:2001:db8::1]", "[ipv6:2001:db8::1]", "mx is an address"),
    ])
    func `odd hosts are noted`(text: String, pattern: String, lint: String) throws {
        let policy = try parse(policy(mx: text) + "mx: good.test\n")
        #expect(policy.mx == [pattern, "good.test"])
        #expect(policy.lint == [lint])
        #expect(!((try? DomainName(text, as: .wire)).map(policy.matches(host:)) ?? false) || lint == "mx with a final dot")
    }

    @Test(arguments: [
        "", "*", "*.", "a..b", ".a", "a_b.test", "-a.test", "a-.test", "mx.bücher.test", "a b", "*.*.test", "a.*.test", "*a.test",
        "mx.test:25", "<a.test>",
        "[a.test]", "a.test..", "a,b", String(repeating: "a", count: 64), Array(repeating: "abcdefgh", count: 30).joined(separator: "."),
    ])
    func `what is no host pattern is invalid`(text: String) {
        #expect(throws: STSPolicyError.self) { try parse(policy(mx: text)) }
    }

    @Test(arguments: [
        ("mx.example.test", "mx.example.test", true), ("mx.example.test", "MX.Example.TEST.", true),
        ("mx.example.test", "a.mx.example.test", false),
        ("mx.example.test", "mx.example.test.evil", false), ("mx.example.test", "", false), ("mx.example.test", ".", false),
        ("*.example.test", "mx.example.test", true), ("*.example.test", "example.test", false),
        ("*.example.test", "a.b.example.test", false),
        ("*.example.test", "\\046example.test", false), ("*.example.test", "xexample.test", false),
        ("*.example.test", "\\042.example.test", false),
        ("*.mx.microsoft", "x.h-v1.mx.microsoft", false), ("xn--bcher-kva.test", "xn--bcher-kva.test", true),
        ("192.0.2.1", "192.0.2.1", false),
        ("*.2.1", "192.0.2.1", false),
    ])
    func `a pattern matches a host or one label before it`(pattern: String, host: DomainName, isMatch: Bool) throws {
        #expect(try parse(policy(mx: pattern)).matches(host: host) == isMatch)
    }

    @Test func `mutated policies are taken exactly when the reference allows them`() throws {
        let reference = try ReferencePolicy()
        var mutator = Mutator(
            seeds: [
                "version: STSv1\r\nmode: enforce\r\nmx: mail.example.com\r\nmx: *.a-b.net\r\nmax_age: 604800\r\n",
                "version: STSv1\nmode: testing\nmx: a.b.\nx: y z\nmax_age: 1",
                "mode:none\nmax_age:0\nversion:STSv1 \n\nmode: x",
            ],
            alphabet: Array("versionSTmd:*.-_ \t\r\n\0a9[]{}\u{7f}ü".utf8) + [0xc3, 0xff])
        var taken = 0
        for _ in 0..<20_000 {
            let bytes = mutator.next()
            let isTaken = (try? STSPolicy.parse(bytes)) != nil
            #expect(isTaken == reference.allows(bytes), "\(printable(bytes, limit: 1000))")
            taken += isTaken ? 1 : 0
        }
        #expect(taken > 200)
    }
}

/// The policy grammar as regular expressions, written from the ABNF and independent of the parser.
struct ReferencePolicy {
    private let line: Regex<AnyRegexOutput>
    private let values: [String: Regex<AnyRegexOutput>]

    init() throws {
        let visible = #"[!-~\u{80}-\u{10ffff}]"#
        line = try Regex(#"([A-Za-z0-9][A-Za-z0-9_.\-]{0,31}):[ \t]*(\#(visible)(?:[ -~\u{80}-\u{10ffff}]*\#(visible))?)[ \t]*"#)
            .matchingSemantics(.unicodeScalar)
        let label = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
        values = [
            "version": try Regex("STSv1").matchingSemantics(.unicodeScalar),
            "mode": try Regex("enforce|testing|none").matchingSemantics(.unicodeScalar),
            "max_age": try Regex("[0-9]{1,10}").matchingSemantics(.unicodeScalar),
            "mx": try Regex(#"(?:\*\.)?\#(label)(?:\.\#(label))*\.?"#).matchingSemantics(.unicodeScalar),
        ]
    }

    func allows(_ bytes: [UInt8]) -> Bool {
        guard let text = String(validating: bytes, as: UTF8.self) else { return false }
        var seen: [String: Substring] = [:]
        var lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map { $0 }
        for index in lines.indices.dropLast() where lines[index].last == "\r" { lines[index].removeLast() }
        for scalars in lines {
            let text = Substring(scalars)
            if scalars.allSatisfy({ $0 == " " || $0 == "\t" }) { continue }
            guard let match = text.wholeMatch(of: line), let name = match[1].substring, let value = match[2].substring else { return false }
            guard let pattern = values[String(name)], name == "mx" || seen[String(name)] == nil else { continue }
            guard value.wholeMatch(of: pattern) != nil else { return false }
            seen[String(name)] = value
        }
        return ["version", "mode", "max_age"].allSatisfy { seen[$0] != nil } && (seen["mx"] != nil || seen["mode"] == "none")
    }
}
