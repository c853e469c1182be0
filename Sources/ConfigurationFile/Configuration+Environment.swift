import Glibc

extension Configuration {
    /// Whether the files that the configuration names can be used by this process: the root certificates can be read, the journal can be
    /// written.
    ///
    /// - Throws: everything that is wrong, each with the line of its key.
    public func checkEnvironment() throws(ConfigurationError) {
        let problems = [trustProblem(), journalProblem()].compactMap { $0 }
        guard problems.isEmpty else { throw ConfigurationError(problems) }
    }

    private func trustProblem() -> ConfigurationError.Problem? {
        guard let path = tls.trust.file else { return nil }
        do {
            let bytes = try readFile(path, limit: 64 << 20)
            let hasCertificate = String(decoding: bytes, as: UTF8.self).contains("CERTIFICATE-----")
            return hasCertificate ? nil : problem(section: "tls", key: "trust", "\(path) has no certificate in PEM form")
        } catch {
            return problem(section: "tls", key: "trust", "\(path) \(error.message)")
        }
    }

    private func journalProblem() -> ConfigurationError.Problem? {
        let path = journal.path
        let directory = String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
        // SQLite makes its log beside the database, so the directory must be writable as well.
        for target in [directory.isEmpty ? "/" : directory, path] where access(target, R_OK | W_OK) != 0 {
            if target == path && errno == ENOENT { continue }
            return problem(section: "journal", key: "path", "\(target) cannot be written: \(systemError())")
        }
        return nil
    }
}
