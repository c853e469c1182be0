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
        guard geteuid() == 0 else { return .warn(Self.redirectCheck, "only root can see the firewall rules", "run weft doctor as root") }
        let nftables = output("command -v nft >/dev/null && nft list table inet weft 2>/dev/null")
        let iptables = output(
            "command -v iptables >/dev/null && for table in raw nat filter; do iptables -w 2 -t $table -S 2>/dev/null; done")
        if nftables == nil && iptables == nil && output("command -v nft || command -v iptables") == nil {
            return .warn(Self.redirectCheck, "neither nft nor iptables is here to look at the rules", "install nftables")
        }
        return Self.redirect(nftables: nftables ?? "", iptables: iptables ?? "")
    }

    private static let redirectCheck = "redirect"

    /// What the loaded rules are: the table as `nft list table inet weft` shows it, and the chains as `iptables -S` does.
    static func redirect(nftables: String, iptables: String) -> Finding {
        if nftables.contains("redirect to") {
            let isComplete = nftables.contains("zone set") && nftables.contains("reject with tcp reset")
            return isComplete
                ? .ok(redirectCheck, "the nftables table inet weft is loaded") : leaks("nftables table", "nftables | nft -f -")
        }
        if iptables.contains("-j WEFT_") {
            let isComplete = iptables.contains("--zone-orig") && iptables.contains("-j REJECT --reject-with tcp-reset")
            return isComplete ? .ok(redirectCheck, "the iptables chains of Weft are loaded") : leaks("iptables chains", "iptables | sh")
        }
        return .warn(
            redirectCheck, "the rules of weft rules are not loaded: no mail comes to Weft, unless by rules of your own",
            "load them: weft rules nftables | nft -f -")
    }

    /// Rules that only redirect: connection tracking takes a connection that gets the port of an earlier one of Weft's for that one.
    private static func leaks(_ what: String, _ command: String) -> Finding {
        .fail(
            redirectCheck,
            "the loaded \(what) of Weft let connections pass by it: those that get the port of one of its own, and older ones",
            "load the present rules, with the options of the old ones: weft rules \(command)")
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

    /// What a command prints; nil when it fails or prints nothing.
    private func output(_ command: String) -> String? {
        // An operator's PATH may lack the directories of the firewall tools.
        guard let stream = popen("PATH=$PATH:/usr/sbin:/sbin; " + command, "r") else { return nil }
        var text: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while text.count < 1 << 20 {
            let count = fread(&buffer, 1, buffer.count, stream)
            guard count > 0 else { break }
            text += buffer[..<count]
        }
        return pclose(stream) == 0 && !text.isEmpty ? String(decoding: text, as: UTF8.self) : nil
    }
}
