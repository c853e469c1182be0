import Basics
import NIOCore
import NIOPosix
import Synchronization

/// The addresses of this machine's interfaces.
///
/// They come and go, so they are read again when they are old; asked for only where a port of ours is listened on at every address.
final class LocalAddresses: Sendable {
    private struct State {
        var addresses: Set<IPAddress> = []
        var readAt: NIODeadline?
    }

    private static let maximumAge = TimeAmount.seconds(5)
    private let state = Mutex(State())

    /// Whether `address` is one of this machine's.
    func contains(_ address: IPAddress) -> Bool {
        if address.isLoopback { return true }
        return state.withLock { state in
            let now = NIODeadline.now()
            if state.readAt.map({ now - $0 >= Self.maximumAge }) ?? true {
                // What cannot be read now is as it was.
                if let devices = try? System.enumerateDevices() {
                    state.addresses = Set(devices.compactMap { $0.address.flatMap(IPAddress.init) })
                }
                state.readAt = now
            }
            return state.addresses.contains(address)
        }
    }
}
