import Glibc
import NIOCore

/// Who is at the other end of a control connection, as the kernel knows him.
enum Caller {
    /// The kernel's `struct ucred`, which glibc declares only under _GNU_SOURCE.
    private struct Credentials {
        var pid: pid_t
        var uid: uid_t
        var gid: gid_t
    }

    /// The user of the peer process (SO_PEERCRED, unix(7)); nil when it is gone already.
    static func user(_ channel: any Channel) async -> uid_t? {
        guard let provider = channel as? any SocketOptionProvider,
            let credentials: Credentials = try? await provider.unsafeGetSocketOption(
                level: .socket, name: NIOBSDSocket.Option(rawValue: SO_PEERCRED)
            ).get()
        else { return nil }
        return credentials.uid
    }

    /// `root`, or `root, for alice`.
    ///
    /// - Parameter user: for whom the process says that it acts. It may say so: it has the rights of the user who is named first.
    static func name(_ uid: uid_t?, for user: String?) -> String {
        guard let uid else { return "unknown" }
        let name = accountName(uid) ?? "uid \(uid)"
        guard let user, isAccountName(user), user != name else { return name }
        return "\(name), for \(user)"
    }

    private static func accountName(_ uid: uid_t) -> String? {
        var entry = passwd()
        var result: UnsafeMutablePointer<passwd>?
        var space = [CChar](repeating: 0, count: 16_384)
        guard getpwuid_r(uid, &entry, &space, space.count, &result) == 0, result != nil, let name = entry.pw_name else { return nil }
        let text = String(cString: name)
        return isAccountName(text) ? text : nil
    }

    private static func isAccountName(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count) && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: ",") }
    }
}
