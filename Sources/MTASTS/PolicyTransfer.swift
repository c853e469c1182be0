import Basics
internal import CCurl
import DNS
import Glibc

/// What to fetch, from where, how.
struct PolicyRequest: Sendable {
    let host: DomainName
    let port: Int
    let addresses: [IPAddress]
    let settings: PolicyFetchSettings
    /// What is left of the total time.
    let timeout: Duration
    let isCancelled: @Sendable () -> Bool
}

/// One fetch, from connect to parsed policy, on the thread that calls `run()`.
final class PolicyTransfer {
    let request: PolicyRequest
    var response: PolicyResponse
    var certificateSHA256: String?
    /// The policy host said that it closes the TLS connection.
    var isClosedProperly = false
    /// The handle, for the callbacks.
    var easy: UnsafeMutableRawPointer?

    init(_ request: PolicyRequest) {
        self.request = request
        response = PolicyResponse(contentType: request.settings.contentType)
    }

    func run() throws(FetchError) -> FetchedPolicy {
        if request.isCancelled() { throw STSFailure(.fetchError, "the fetch was abandoned") }
        blockBrokenPipe()
        guard var handle = EasyHandle(), let pins = StringList(pin) else { throw STSFailure(.fetchError, "libcurl cannot be initialised") }
        configure(&handle)
        handle.set(CURLOPT_RESOLVE, pins)
        setCallbacks(&handle)
        if let option = handle.refused { throw STSFailure(.fetchError, "libcurl does not know option \(option.rawValue)") }
        let code = withExtendedLifetime(self) { handle.perform() }
        withExtendedLifetime(pins) {}  // libcurl has not copied the list
        if let failure = response.failure { throw failure }
        guard code == CURLE_OK else { throw failure(code, handle) }
        guard response.isDelimited || isClosedProperly else {
            // Else anyone on the path could cut a policy short.
            throw STSFailure(.fetchError, "the connection ended without close_notify")
        }
        do throws(STSPolicyError) {
            var policy = try STSPolicy.parse(response.body)
            policy.lint += response.lint
            return FetchedPolicy(
                policy: policy, sourceAddress: handle.string(CURLINFO_PRIMARY_IP).flatMap(IPAddress.init),
                certificateSHA256: certificateSHA256)
        } catch {
            throw STSFailure(.policyInvalid, error.description)
        }
    }

    /// `host:port:address,address`: the connection goes to the addresses that were checked, whatever DNS says meanwhile.
    private var pin: String {
        let addresses = request.addresses.map { $0.isIPv6 ? "[\($0)]" : "\($0)" }.joined(separator: ",")
        return "\(request.host):\(request.port):\(addresses)"
    }

    /// libcurl with CURLOPT_NOSIGNAL leaves SIGPIPE to us: it must not end the process when a policy host hangs up.
    private func blockBrokenPipe() {
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGPIPE)
        pthread_sigmask(SIG_BLOCK, &signals, nil)
    }

    private func configure(_ handle: inout EasyHandle) {
        let portSuffix = request.port == 443 ? "" : ":\(request.port)"
        handle.set(CURLOPT_URL, "https://\(request.host)\(portSuffix)/.well-known/mta-sts.txt")
        handle.set(CURLOPT_PROTOCOLS_STR, "https")
        handle.set(CURLOPT_FOLLOWLOCATION, 0)
        // An empty proxy and a NOPROXY for all: the environment's proxies are not asked.
        handle.set(CURLOPT_PROXY, "")
        handle.set(CURLOPT_NOPROXY, "*")
        handle.set(CURLOPT_NETRC, Int(CURL_NETRC_IGNORED.rawValue))
        handle.set(CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1)
        handle.set(CURLOPT_USERAGENT, "Weft")
        handle.set(CURLOPT_NOSIGNAL, 1)
        handle.set(CURLOPT_FRESH_CONNECT, 1)
        handle.set(CURLOPT_FORBID_REUSE, 1)
        handle.set(CURLOPT_TIMEOUT_MS, request.timeout.milliseconds)
        handle.set(CURLOPT_CONNECTTIMEOUT_MS, request.settings.connectTimeout.milliseconds)
        handle.set(CURLOPT_MAXFILESIZE, STSPolicy.longestText)
        handle.set(CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2)
        handle.set(CURLOPT_SSL_VERIFYPEER, 1)
        handle.set(CURLOPT_SSL_VERIFYHOST, 2)
        handle.set(CURLOPT_SSL_SESSIONID_CACHE, 0)
        handle.set(CURLOPT_SSL_OPTIONS, Int(CURLSSLOPT_NO_PARTIALCHAIN))
        if let file = request.settings.caFile {
            handle.set(CURLOPT_CAINFO, file)
            handle.set(CURLOPT_CAPATH, nil)  // else the system's roots would count, too
        }
    }
}

extension Duration {
    /// At least 1, as 0 means "no limit" to libcurl.
    fileprivate var milliseconds: Int {
        let (seconds, attoseconds) = components
        return max(1, Int(min(seconds, 86_400) * 1000 + attoseconds / 1_000_000_000_000_000))
    }
}
