extension Configuration {
    /// Reads `[admin]`.
    mutating func readAdmin(_ section: SectionReader) {
        section.read("socket", into: &admin.socket, .absolutePath)
        section.read(
            "http", into: &admin.http,
            Constraint { $0.address.isLoopback ? nil : "\"\($0)\" is not on loopback; use \"127.0.0.1:8025\" or \"[::1]:8025\"" })
    }
}
