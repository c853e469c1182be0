internal import CCurl

/// A libcurl easy handle: one transfer, with all that has to live as long.
struct EasyHandle: ~Copyable {
    /// For `curl_*` functions.
    let pointer: UnsafeMutableRawPointer
    private let errorBuffer: UnsafeMutablePointer<CChar>
    private let pins: UnsafeMutablePointer<curl_slist>
    /// Names that this transfer resolves to its pins; the multi handle's own would grow with every policy host.
    private let names: UnsafeMutableRawPointer
    /// The first option that libcurl would not take; the transfer must not start without it.
    private(set) var refused: CURLoption?

    // Once for the process, before the first handle, whatever the number of threads.
    static let isReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    /// Nil if libcurl has no memory or cannot be initialised.
    ///
    /// - Parameters:
    ///   - id: see `id(of:)`
    ///   - pin: `host:port:address,...`: where the connection goes, whatever DNS says
    init?(id: Int, pin: String) {
        guard Self.isReady, let pointer = curl_easy_init() else { return nil }
        guard let pins = curl_slist_append(nil, pin), let names = curl_share_init() else {
            curl_easy_cleanup(pointer)
            return nil
        }
        self.pointer = pointer
        self.pins = pins
        self.names = names
        errorBuffer = .allocate(capacity: Int(CURL_ERROR_SIZE))
        errorBuffer.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        note(CURLOPT_ERRORBUFFER, curl_easy_setopt(pointer, CURLOPT_ERRORBUFFER, UnsafeMutableRawPointer(errorBuffer)))
        note(CURLOPT_PRIVATE, curl_easy_setopt(pointer, CURLOPT_PRIVATE, UnsafeMutableRawPointer(bitPattern: id)))
        let isShared = curl_share_setopt(names, CURLSHOPT_SHARE, CURL_LOCK_DATA_DNS) == CURLSHE_OK
        note(CURLOPT_SHARE, isShared ? curl_easy_setopt(pointer, CURLOPT_SHARE, names) : CURLE_UNKNOWN_OPTION)
        note(CURLOPT_RESOLVE, curl_easy_setopt(pointer, CURLOPT_RESOLVE, pins))
    }

    deinit {
        curl_easy_cleanup(pointer)
        curl_share_cleanup(names)
        curl_slist_free_all(pins)
        errorBuffer.deallocate()
    }

    /// What the handle was made with.
    static func id(of easy: UnsafeMutableRawPointer) -> Int {
        var value: UnsafePointer<CChar>?
        return curl_easy_getinfo(easy, CURLINFO_PRIVATE, &value) == CURLE_OK ? Int(bitPattern: value) : 0
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
