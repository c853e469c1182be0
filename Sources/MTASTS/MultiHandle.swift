internal import CCurl
import Glibc

/// A libcurl multi handle: any number of transfers on one thread.
///
/// All of it is for that thread alone, except `wake()`, which libcurl allows from any (curl_multi_wakeup(3)).
final class MultiHandle: @unchecked Sendable {
    private let pointer: UnsafeMutableRawPointer

    /// Nil if libcurl has no memory or cannot be initialised.
    init?() {
        guard EasyHandle.isReady, let pointer = curl_multi_init() else { return nil }
        self.pointer = pointer
    }

    deinit { curl_multi_cleanup(pointer) }

    /// Begins a transfer; false if libcurl will not.
    func add(_ handle: borrowing EasyHandle) -> Bool { curl_multi_add_handle(pointer, handle.pointer) == CURLM_OK }

    /// Ends a transfer, done or not.
    func remove(_ handle: borrowing EasyHandle) { curl_multi_remove_handle(pointer, handle.pointer) }

    /// Does what can be done without waiting.
    func perform() {
        var running: Int32 = 0
        curl_multi_perform(pointer, &running)
    }

    /// The next transfer that is done, by the id of its handle; nil when there is none.
    func nextDone() -> (id: Int, code: CURLcode)? {
        var left: Int32 = 0
        while let message = curl_multi_info_read(pointer, &left) {
            guard message.pointee.msg == CURLMSG_DONE, let easy = message.pointee.easy_handle else { continue }
            return (EasyHandle.id(of: easy), message.pointee.data.result)
        }
        return nil
    }

    /// Waits until there is something to do, but no longer than `milliseconds`.
    func wait(milliseconds: Int) {
        // On an error of its own it would return at once, and at once again.
        if curl_multi_poll(pointer, nil, 0, Int32(clamping: milliseconds), nil) != CURLM_OK { pause(milliseconds: 10) }
    }

    /// Sleeps, whatever happens.
    func pause(milliseconds: Int32) { poll(nil, 0, milliseconds) }

    /// Ends the wait of the thread, or its next one.
    func wake() { curl_multi_wakeup(pointer) }
}
