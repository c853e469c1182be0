extension Configuration {
    /// The longest configuration file that is read, in octets.
    static let maximumFileSize = 1 << 20

    /// Reads and checks a configuration file.
    ///
    /// Nothing but the file itself is touched: whether the files that it names can be used is for `checkEnvironment()`.
    ///
    /// - Parameter path: the TOML file, named in errors as it is given.
    /// - Throws: all problems of the file at once; a syntax error alone, since nothing after it can be understood.
    public static func load(path: String) throws(ConfigurationError) -> Configuration {
        let bytes: [UInt8]
        do {
            bytes = try readFile(path, limit: maximumFileSize)
        } catch {
            throw ConfigurationError([.init(file: path, message: error.message)])
        }
        // The parser takes C strings: a NUL would end the file there, and what follows would be ignored in silence.
        for (offset, complaint) in [(bytes.firstIndex(of: 0), "a NUL octet is not allowed"), (invalidUTF8(bytes), "not UTF-8")] {
            guard let offset else { continue }
            let line = bytes[..<offset].count { $0 == UInt8(ascii: "\n") } + 1
            throw ConfigurationError([.init(file: path, line: line, message: complaint)])
        }
        return try parse(String(decoding: bytes, as: UTF8.self), file: path)
    }

    /// Reads and checks a configuration that is already in memory.
    ///
    /// - Parameters:
    ///   - text: TOML without NUL octets.
    ///   - file: the name for errors.
    /// - Throws: as `load(path:)`.
    public static func parse(_ text: String, file: String? = nil) throws(ConfigurationError) -> Configuration {
        let (configuration, document) = try read(text, file: file)
        guard document.problems.isEmpty else {
            throw ConfigurationError(document.problems.sorted { ($0.line ?? 0) < ($1.line ?? 0) })
        }
        return configuration
    }

    /// The configuration as far as it could be read, and the reader with its problems.
    static func read(_ text: String, file: String?) throws(ConfigurationError) -> (Configuration, DocumentReader) {
        // An escaped NUL would cut its string short in silence, for the same reason as above.
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
        where line.contains("\\u0000") || line.contains("\\U00000000") {
            throw ConfigurationError([.init(file: file, line: index + 1, message: "a NUL character is not allowed")])
        }
        let table: [String: TOMLNode]
        do {
            table = try TOMLNode.parse(text)
        } catch {
            throw ConfigurationError([.init(file: file, line: error.line, message: "syntax error: \(error.message)")])
        }
        var configuration = Configuration()
        configuration.origin = Origin(file: file, lines: KeyLocator(text).lines)
        let document = DocumentReader(table: table, origin: configuration.origin)
        configuration.read(document)
        return (configuration, document)
    }

    private mutating func read(_ document: DocumentReader) {
        document.section("listen") { readListen($0) }
        document.section("upstream") { readUpstream($0) }
        document.section("dns") { readDNS($0) }
        document.section("tls") { readTLS($0) }
        document.section("policy") { readPolicy($0) }
        document.section("journal") { readJournal($0) }
        document.section("admin") { readAdmin($0) }
        document.section("timeouts") { readTimeouts($0) }
        document.section("limits") { readLimits($0) }
        document.sections("route") { readRoute($0) }
        document.sections("client") { readClient($0) }
        document.sections("domain") { readDomain($0) }
        document.refuseUnknownSections()
        refuseContradictions(document)
    }

    private func refuseContradictions(_ document: DocumentReader) {
        if let http = admin.http, relay.listen.contains(http) {
            let path = ValuePath([.key("admin"), .key("http")])
            document.problem(at: path, section: "[admin]", key: "http", "\"\(http)\" is a [listen] address as well")
        }
        if admin.socket == journal.path {
            let path = ValuePath([.key("admin"), .key("socket")])
            document.problem(at: path, section: "[admin]", key: "socket", "\"\(admin.socket)\" is the [journal] path as well")
        }
    }
}

/// The offset of the first octet that is not part of well-formed UTF-8.
private func invalidUTF8(_ bytes: [UInt8]) -> Int? {
    guard !bytes.isEmpty, String(validating: bytes, as: UTF8.self) == nil else { return nil }
    // Decoding stops being an exact copy at the first ill-formed sequence.
    let repaired = String(decoding: bytes, as: UTF8.self).utf8
    return zip(bytes, repaired).enumerated().first { $0.element.0 != $0.element.1 }?.offset ?? bytes.count - 1
}
