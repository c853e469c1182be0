import Admin
import ConfigurationFile
import Logging

extension Daemon {
    /// Takes over what can change while running, and says what cannot. A file with errors changes nothing.
    package func reload(
        from path: String, running: Configuration, logger: Logger
    ) async -> Result<[String], ControlFailure> {
        await notifyServiceManager("RELOADING=1")
        let result: Result<[String], ControlFailure>
        do {
            let new = try Configuration.load(path: path)
            policy.reconfigure(new.decisions)
            logger.info("configuration read again")
            let isFixedPartChanged = new.withPolicies(of: running) != running
            let warnings =
                isFixedPartChanged
                ? ["only [policy], [[client]] and [[domain]] are taken over while running; restart Weft for the other changes"] : []
            for warning in warnings { logger.warning("\(warning)") }
            result = .success(warnings)
        } catch {
            logger.error("configuration not taken over, the old one stays: \(error)")
            result = .failure(ControlFailure("configuration not taken over, the old one stays: \(error)"))
        }
        await notifyServiceManager("READY=1")
        return result
    }
}

extension Configuration {
    /// This configuration as far as it cannot change while running.
    func withPolicies(of other: Configuration) -> Configuration {
        var result = self
        result.policy = other.policy
        result.clients = other.clients
        result.domains = other.domains
        result.origin = other.origin
        return result
    }
}
