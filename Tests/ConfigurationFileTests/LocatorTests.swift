import Testing

@testable import ConfigurationFile

@Suite struct `Locating keys` {
    static let text = #"""
        # [comment] key = 1
        top = 1
        [a]
        x = "[b]" # y = 2
        "quoted key" = 'it''s'
        d.e.f = [1,
          2, # 3,
          { g = 4, h = [5] }]
        [[t]]
        k = """
        [no]
        k = 1 \"""
        """"
        after = 2026-01-01T00:00:00Z
        [t.sub]
        z = 1
        [[t]]
        k = '''
        [no]
        '''
          [ t . sub ]
          z=1
        inline = { p.q = "}", "r" = ']' }
        """#

    @Test(arguments: [
        ("top", 2), ("a", 3), ("a.x", 4), ("a.quoted key", 5), ("a.d", 6), ("a.d.e.f", 6), ("a.d.e.f[0]", 6), ("a.d.e.f[1]", 7),
        ("a.d.e.f[2]", 8), ("a.d.e.f[2].g", 8), ("a.d.e.f[2].h[0]", 8), ("t[0]", 9), ("t[0].k", 10), ("t[0].after", 14),
        ("t[0].sub", 15), ("t[0].sub.z", 16), ("t[1]", 17), ("t[1].k", 18), ("t[1].sub", 21), ("t[1].sub.z", 22),
        ("t[1].sub.inline.p.q", 23), ("t[1].sub.inline.r", 23),
    ])
    func `each key has its line`(_ key: String, _ line: Int) {
        let lines = Dictionary(KeyLocator(Self.text).lines.map { ($0.key.description, $0.value) }, uniquingKeysWith: min)
        #expect(lines[key] == line)
    }

    @Test func `strings and comments hold no keys`() {
        let keys = KeyLocator(Self.text).lines.keys.map(\.description)
        #expect(!keys.contains { $0.contains("no") || $0.contains("comment") || $0 == "a.y" || $0 == "b" })
    }

    @Test func `any prefix of a text is read without harm`() {
        let text = Array(Self.text.utf8)
        for length in text.indices {
            let lines = KeyLocator(String(decoding: text[..<length], as: UTF8.self)).lines
            #expect(lines.values.allSatisfy { (1...24).contains($0) })
        }
    }

    @Test(arguments: ["[", "[[", "a = [", "a = {", "a = \"", "a = '''", "=", "]", "}", "a = ]", "a = [}", "\"", "a..b = 1", "[a]]\n\\"])
    func `text that is not TOML ends`(_ text: String) {
        #expect(KeyLocator(text).lines.count <= 2)
    }
}
