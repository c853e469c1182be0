import Basics
import ConfigurationFile
import FoundationEssentials
import Glibc
import Journal
import Records
import Reports

extension Checkup {
    /// Whether the rules of `weft rules` are loaded, as far as the tools at hand can tell.
    func redirect() -> Finding {
        let check = "redirect"
        let remedy = "load them: weft rules nftables | nft -f -"
        guard geteuid() == 0 else { return .warn(check, "only root can see the firewall rules", "run weft doctor as root") }
        let inNFTables = run("command -v nft >/dev/null || exit 127; nft list table inet weft >/dev/null 2>&1")
        if inNFTables == 0 { return .ok(check, "the nftables table inet weft is loaded") }
        let inIPTables = run(
            "command -v iptables >/dev/null || exit 127; iptables -w 2 -t nat -S 2>/dev/null | grep -q -- '-j WEFT_'")
        if inIPTables == 0 { return .ok(check, "the iptables chains of Weft are loaded") }
        if inNFTables == 127 && inIPTables == 127 {
            return .warn(check, "neither nft nor iptables is here to look at the rules", "install nftables")
        }
        return .warn(check, "the rules of weft rules are not loaded: no mail comes to Weft, unless by rules of your own", remedy)
    }

    /// Whether as many files may be open as sessions need.
    func fileLimit(_ daemon: DaemonStatus?) -> Finding {
        let check = "open files"
        let needed = UInt64(2 * configuration.relay.limits.sessions + 200)
        var own = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &own)
        let allowed = daemon.flatMap { openFiles(of: $0.pid) } ?? UInt64(own.rlim_max)
        let whose = daemon == nil ? "this shell" : "the daemon"
        if allowed >= needed { return .ok(check, "\(allowed) allowed for \(whose), \(needed) needed") }
        return .warn(
            check, "\(allowed) allowed for \(whose), \(needed) needed for [limits] sessions = \(configuration.relay.limits.sessions)",
            "raise LimitNOFILE in its unit (or ulimit -n), or lower [limits] sessions")
    }

    /// Whether the clock can be right: certificates, signatures and policies are judged by it.
    func clock(now: Date) async -> Finding {
        let check = "clock"
        let remedy = "set it, and keep it so with systemd-timesyncd or chrony"
        // Weft is younger than this.
        if let release = RFC3339.date("2026-01-01"), now < release { return .fail(check, "it says \(Human.time(now)) UTC", remedy) }
        let last = try? await JournalReader(path: configuration.journal.path).recipients(DecisionFilter(limit: 1)).first?.decision
        if let last, last.at > now + 60 {
            return .fail(check, "it says \(Human.time(now)) UTC, but the journal has a decision of \(Human.time(last.at)) UTC", remedy)
        }
        return .ok(check, "\(Human.time(now)) UTC")
    }

    /// The hard limit of a process, from its limits file; nil when that cannot be read.
    private func openFiles(of pid: Int) -> UInt64? {
        guard let data = try? Data(contentsOf: URL(filePath: "/proc/\(pid)/limits")) else { return nil }
        let line = String(decoding: data, as: UTF8.self).split(separator: "\n").first { $0.hasPrefix("Max open files") }
        return line?.split(separator: " ").dropFirst(4).first.flatMap { UInt64($0) }
    }

    /// The exit code of a command; 127 when there is no such command.
    private func run(_ command: String) -> Int32 {
        // An operator's PATH may lack the directories of the firewall tools.
        guard let stream = popen("PATH=$PATH:/usr/sbin:/sbin; " + command, "r") else { return 127 }
        let status = pclose(stream)
        return status & 0x7f == 0 ? (status >> 8) & 0xff : 1
    }
}
