import Glibc
import Logging

/// Each session takes two sockets: the soft limit of open files is raised as far as it may be.
package func raiseFileLimit(for sessions: Int, logger: Logger) {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
    limit.rlim_cur = limit.rlim_max
    guard setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
    let needed = UInt(2 * sessions + 200)
    if limit.rlim_cur < needed {
        logger.warning(
            "\(limit.rlim_cur) open files are allowed, \(needed) are needed for [limits] sessions = \(sessions); raise LimitNOFILE or ulimit -n"
        )
    }
}
