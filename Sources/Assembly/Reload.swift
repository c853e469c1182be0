import Admin
import ConfigurationFile
import Logging

extension Daemon {
    /// Takes over what can change while running, as one whole, and names what cannot. A file with errors changes nothing.
    ///
    /// Sessions that are accepted from now on go by the new file, those that are running keep the old one to their end.
    ///
    /// - Returns: the keys that changed and take a restart, in a sentence each.
    package func reload(from path: String, logger: Logger) async -> Result<[String], ControlFailure> {
        await notifyServiceManager("RELOADING=1")
        let result: Result<[String], ControlFailure>
        do {
            let new = try Configuration.load(path: path)
            let changed = FixedSetting.changed(from: running.value, to: new)
            try apply(new.keepingFixedSettings(of: running.value), logger: logger)
            logger.info("configuration read again")
            for setting in changed { logger.warning("\(setting.message)") }
            result = .success(changed.map(\.message))
        } catch {
            logger.error("configuration not taken over, the old one stays: \(error)")
            result = .failure(ControlFailure("configuration not taken over, the old one stays: \(error)"))
        }
        await notifyServiceManager("READY=1")
        return result
    }

    /// Whatever can fail comes first, so that either all parts change or none.
    private func apply(_ new: Configuration, logger: Logger) throws(ConfigurationError) {
        let (before, after) = (ChangeableSettings(running.value), ChangeableSettings(new))
        // The file that is named may have changed though its name has not.
        let trust = try new.trustStore()
        let settings = try new.runningSettings()
        running.replace(by: new)
        policy.reconfigure(after.policy)
        policy.reconfigure(trust: trust)
        fetcher.reconfigure(after.fetch)
        journal.reconfigure(after.journal)
        relay.reconfigure(settings)
        if before.relay.limits.sessions < after.relay.limits.sessions {
            raiseFileLimit(for: after.relay.limits.sessions, logger: logger)
        }
    }
}
