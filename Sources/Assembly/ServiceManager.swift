import Glibc
import NIOCore
import NIOPosix

/// Tells systemd about the state of the service, as sd_notify(3) does; nothing happens when no service manager asked for it.
package func notifyServiceManager(_ state: String) async {
    guard let path = getenv("NOTIFY_SOCKET").map({ String(cString: $0) }), path.hasPrefix("/") else { return }
    var message = state
    if state.hasPrefix("RELOADING") {
        // sd_notify(3): a reload is told with the time it began.
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        message += "\nMONOTONIC_USEC=\(now.tv_sec * 1_000_000 + now.tv_nsec / 1000)"
    }
    // A service manager that cannot be told has given up on the service; that is its to say.
    guard let channel = try? await DatagramBootstrap(group: .singletonMultiThreadedEventLoopGroup).connect(unixDomainSocketPath: path).get()
    else { return }
    try? await channel.writeAndFlush(ByteBuffer(string: message)).get()
    try? await channel.close().get()
}
