import Basics
internal import CCurl
import DNS

/// What to fetch, from where, how.
struct PolicyRequest: Sendable {
    let host: DomainName
    let port: Int
    let addresses: [IPAddress]
    let settings: PolicyFetchSettings
    /// What is left of the total time.
    let timeout: Duration
}

/// One fetch, from connect to parsed policy; for the thread of the engine alone.
final class PolicyTransfer {
    let request: PolicyRequest
    /// For the multi handle, and for callbacks.
    private(set) var handle: EasyHandle
    var response: PolicyResponse
    /// What the TLS connection saw; OpenSSL holds it, too.
    let watch = TLSWatch()
    var certificateSHA256: String?

    /// - Throws: why it cannot begin, which is no fault of the policy host.
    init(_ request: PolicyRequest, id: Int) throws(FetchError) {
        self.request = request
        response = PolicyResponse(contentType: request.settings.contentType)
        guard let handle = EasyHandle(id: id, pin: request.pin) else { throw .notMade("libcurl has no memory") }
        self.handle = handle
        configure()
        setCallbacks(&self.handle)
        if let option = self.handle.refused { throw .notMade("libcurl does not know option \(option.rawValue)") }
    }

    /// What has come of it, libcurl having ended with `code`.
    func result(_ code: CURLcode) -> Result<FetchedPolicy, FetchError> {
        if let failure = response.failure { return .failure(.failed(failure)) }
        guard code == CURLE_OK else { return .failure(failure(code, handle)) }
        guard response.isDelimited || watch.isClosedProperly else {
            // Else anyone on the path could cut a policy short.
            return .failure(.failed(STSFailure(.fetchError, "the connection ended without close_notify")))
        }
        do throws(STSPolicyError) {
            var policy = try STSPolicy.parse(response.body)
            policy.lint += response.lint
            return .success(
                FetchedPolicy(
                    policy: policy, sourceAddress: handle.string(CURLINFO_PRIMARY_IP).flatMap(IPAddress.init),
                    certificateSHA256: certificateSHA256))
        } catch {
            return .failure(.failed(STSFailure(.policyInvalid, error.description)))
        }
    }

    private func configure() {
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
        // The arithmetic of a handshake is on one thread with all others'; with DHE the server chooses the group, and one of 10,000 bits takes
        // half a second.
        handle.set(CURLOPT_SSL_CIPHER_LIST, "DEFAULT:!kDHE")
        handle.set(CURLOPT_SSL_EC_CURVES, "X25519:P-256:P-384:P-521")
        if let file = request.settings.caFile { handle.set(CURLOPT_CAINFO, file) }
        // With a file of our own the system's roots do not count. Without a directory libcurl keeps what it has read, for all transfers.
        if request.settings.caFile != nil || Self.hasBundle { handle.set(CURLOPT_CAPATH, nil) }
        handle.set(CURLOPT_CA_CACHE_TIMEOUT, 60)
    }

    /// libcurl was built with a file of roots, not with a directory alone.
    private static let hasBundle = curl_version_info(CURLVERSION_SEVENTH)?.pointee.cainfo != nil
}

extension PolicyRequest {
    /// `host:port:address,address`: the connection goes to the addresses that were checked, whatever DNS says meanwhile.
    fileprivate var pin: String {
        let addresses = addresses.map { $0.isIPv6 ? "[\($0)]" : "\($0)" }.joined(separator: ",")
        return "\(host):\(port):\(addresses)"
    }
}

extension Duration {
    /// At least 1, as 0 means "no limit" to libcurl.
    fileprivate var milliseconds: Int {
        let (seconds, attoseconds) = components
        return max(1, Int(min(seconds, 86_400) * 1000 + attoseconds / 1_000_000_000_000_000))
    }
}
