import NIOCore

/// A response that settles a question: its code is NOERROR or NXDOMAIN.
struct Reply {
    let response: ResponseMessage
    let status: DNSSECStatus
}

/// One question put to the resolvers until one gives an answer: which to ask next, how, and what their silence or errors mean.
/// Confined to one event loop.
final class Lookup {
    /// How long to wait before asking a resolver again that was unreachable: it may be starting anew.
    static let pause = TimeAmount.milliseconds(200)

    private let question: Question
    private let servers: [ServerLink]
    private let attempts: Int
    private let loop: any EventLoop
    private let completion: (Result<Reply, DNSFailure>) -> Void
    /// Resolvers tried so far, each try counted.
    private var tries = 0
    private var transport = ServerLink.Transport.datagram

    /// `servers` in the order in which to ask them.
    init(
        _ question: Question, servers: [ServerLink], attempts: Int, loop: any EventLoop,
        completion: @escaping (Result<Reply, DNSFailure>) -> Void
    ) {
        self.question = question
        self.servers = servers
        self.attempts = attempts
        self.loop = loop
        self.completion = completion
    }

    /// Asks; `completion` is called once, on the loop.
    func start() {
        guard let query = QueryMessage(question) else {
            return completion(.failure(DNSFailure(.malformed, "\(question) cannot be asked")))
        }
        tryNext(query, after: DNSFailure(.unreachable, "no resolver is configured"))
    }

    /// `failure` is what the look-up ends with when no try is left.
    private func tryNext(_ query: QueryMessage, after failure: DNSFailure) {
        guard tries < attempts, !servers.isEmpty else { return completion(.failure(failure)) }
        let server = servers[tries % servers.count]
        tries += 1
        server.ask(query, over: transport) { self.received($0, from: server, query) }
    }

    private func received(_ result: ExchangeResult, from server: ServerLink, _ query: QueryMessage) {
        switch result {
        case .failure(let failure) where server.isClosed:
            completion(.failure(failure))
        case .failure(let failure) where failure.kind == .unreachable && tries >= servers.count && tries < attempts:
            loop.assumeIsolated().scheduleTask(in: Self.pause) { self.tryNext(query, after: failure) }
        case .failure(let failure):
            // A datagram that cannot be read may be a forgery or a broken path; TCP is neither.
            if failure.kind == .malformed { transport = .stream }
            tryNext(query, after: failure)
        case .success(let response):
            interpret(response, from: server, query)
        }
    }

    private func interpret(_ response: ResponseMessage, from server: ServerLink, _ query: QueryMessage) {
        let reason = "\(ResponseCode.name(response.responseCode)) from \(server.name)\(Self.errors(response))"
        switch response.responseCode {
        case ResponseCode.noError, ResponseCode.nxDomain:
            guard response.recursionAvailable else {
                return askAnother(query, after: DNSFailure(.refused, "\(server.name) offers no recursion"))
            }
            completion(.success(Reply(response: response, status: response.authenticData && server.isBelieved ? .secure : .insecure)))
        case ResponseCode.serverFailure:
            askUnchecked(server, query, reason)
        case ResponseCode.refused:
            askAnother(query, after: DNSFailure(.refused, reason))
        default:
            askAnother(query, after: DNSFailure(.serverFailure, reason))
        }
    }

    /// An error code is the resolver's considered answer: it is not asked again, but the next one may know better.
    private func askAnother(_ query: QueryMessage, after failure: DNSFailure) {
        guard tries < servers.count else { return completion(.failure(failure)) }
        tryNext(query, after: failure)
    }

    /// A validating resolver answers SERVFAIL for bogus data. If it has an answer with checking disabled, that was the reason
    /// (RFC 4035 3.2.2, 5.5): then the look-up is over, since another resolver's answer must not hide an attack.
    private func askUnchecked(_ server: ServerLink, _ query: QueryMessage, _ reason: String) {
        let failure = DNSFailure(.serverFailure, reason)
        guard let unchecked = QueryMessage(question, checkingDisabled: true) else { return askAnother(query, after: failure) }
        server.ask(unchecked, over: transport) { result in
            guard case .success(let response) = result,
                response.responseCode == ResponseCode.noError || response.responseCode == ResponseCode.nxDomain
            else { return self.askAnother(query, after: failure) }
            self.completion(.failure(DNSFailure(.bogus, reason)))
        }
    }

    private static func errors(_ response: ResponseMessage) -> String {
        response.extendedErrors.isEmpty ? "" : " (\(response.extendedErrors.map(\.description).joined(separator: "; ")))"
    }
}
