internal import CCurl

/// A libcurl easy handle: one transfer, on one thread.
struct EasyHandle: ~Copyable {
    /// For `curl_easy_*` functions in callbacks.
    let pointer: UnsafeMutableRawPointer
    private let errorBuffer: UnsafeMutablePointer<CChar>
    /// The first option that libcurl would not take; the transfer must not start without it.
    private(set) var refused: CURLoption?

    // Once for the process, before the first handle, whatever the number of threads.
    private static let isReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    /// Nil if libcurl has no memory or cannot be initialised.
    init?() {
        guard Self.isReady, let pointer = curl_easy_init() else { return nil }
        self.pointer = pointer
        errorBuffer = .allocate(capacity: Int(CURL_ERROR_SIZE))
        errorBuffer.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        note(CURLOPT_ERRORBUFFER, curl_easy_setopt(pointer, CURLOPT_ERRORBUFFER, UnsafeMutableRawPointer(errorBuffer)))
    }

    deinit {
        curl_easy_cleanup(pointer)
        errorBuffer.deallocate()
    }

    private mutating func note(_ option: CURLoption, _ code: CURLcode) {
        if code != CURLE_OK, refused == nil { refused = option }
    }

    mutating func set(_ option: CURLoption, _ value: Int) { note(option, curl_easy_setopt(pointer, option, value)) }

    /// libcurl copies the string; nil means none at all.
    mutating func set(_ option: CURLoption, _ value: String?) {
        if let value {
            note(option, value.withCString { curl_easy_setopt(pointer, option, $0) })
        } else {
            note(option, curl_easy_setopt(pointer, option, UnsafePointer<CChar>?.none))
        }
    }

    mutating func set(_ option: CURLoption, pointer value: UnsafeMutableRawPointer) {
        note(option, curl_easy_setopt(pointer, option, value))
    }

    mutating func set(_ option: CURLoption, _ list: borrowing StringList) { note(option, curl_easy_setopt(pointer, option, list.head)) }

    mutating func set(_ option: CURLoption, data: @convention(c) (UnsafeMutablePointer<CChar>?, Int, Int, UnsafeMutableRawPointer?) -> Int)
    {
        note(option, curl_easy_setopt(pointer, option, data))
    }

    mutating func set(
        _ option: CURLoption, progress: @convention(c) (UnsafeMutableRawPointer?, curl_off_t, curl_off_t, curl_off_t, curl_off_t) -> Int32
    ) {
        note(option, curl_easy_setopt(pointer, option, progress))
    }

    mutating func set(_ option: CURLoption, socket: @convention(c) (UnsafeMutableRawPointer?, curl_socket_t, curlsocktype) -> Int32) {
        note(option, curl_easy_setopt(pointer, option, socket))
    }

    mutating func set(
        _ option: CURLoption,
        context: @convention(c) (UnsafeMutableRawPointer?, UnsafeMutableRawPointer?, UnsafeMutableRawPointer?) -> CURLcode
    ) {
        note(option, curl_easy_setopt(pointer, option, context))
    }

    /// Runs the transfer on this thread.
    borrowing func perform() -> CURLcode { curl_easy_perform(pointer) }

    /// What libcurl says about the last error.
    var errorText: String { String(cString: errorBuffer) }

    func integer(_ info: CURLINFO) -> Int {
        var value = 0
        return curl_easy_getinfo(pointer, info, &value) == CURLE_OK ? value : 0
    }

    func string(_ info: CURLINFO) -> String? {
        var value: UnsafePointer<CChar>?
        guard curl_easy_getinfo(pointer, info, &value) == CURLE_OK, let value, value.pointee != 0 else { return nil }
        return String(cString: value)
    }
}

/// A `curl_slist`.
struct StringList: ~Copyable {
    private(set) var head: UnsafeMutablePointer<curl_slist>?

    /// A list of one string; nil without memory.
    init?(_ text: String) {
        head = curl_slist_append(nil, text)
        if head == nil { return nil }
    }

    deinit { curl_slist_free_all(head) }
}
