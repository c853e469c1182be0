import ConfigurationFile

extension Checkup {
    /// All checks by the configuration at `path`. One with errors is all there is to say: nothing else is checked before it is good.
    package static func findings(
        configuredBy path: String, version: String, signedName: String? = nil, bogusName: String? = nil,
        ask: @escaping @Sendable (_ socket: String) async -> DaemonAnswer
    ) async -> [Finding] {
        let check = "configuration"
        do throws(ConfigurationError) {
            let configuration = try Configuration.load(path: path)
            let checkup = Checkup(configuration: configuration, version: version, signedName: signedName, bogusName: bogusName, ask: ask)
            return [.ok(check, "\(path) is good")] + (await checkup.findings())
        } catch {
            return error.problems.map { .fail(check, $0.description, "weft config check says the same; nothing else is checked before") }
        }
    }
}
