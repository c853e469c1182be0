import NIOCore

/// The answers known and the look-ups under way, with those who wait for them. A value: guard it by a mutex.
struct LookupTable {
    typealias Waiter = CheckedContinuation<Result<StoredAnswer, DNSFailure>, Never>

    /// What a look-up that missed the cache is to do.
    enum Admission {
        /// Start asking: nobody else is.
        case start
        /// Someone else asks already; wait.
        case wait
        /// Too much is outstanding.
        case refuse(DNSFailure)
    }

    var cache: AnswerCache
    private let outstandingLimit: Int
    private var waiters: [Question: [UInt64: Waiter]] = [:]
    private var lastTicket: UInt64 = 0

    init(cacheEntries: Int, outstandingLimit: Int) {
        cache = AnswerCache(capacity: cacheEntries)
        self.outstandingLimit = outstandingLimit
    }

    /// Questions outstanding.
    var outstanding: Int { waiters.count }

    /// Callers that wait for an answer.
    var waiting: Int { waiters.values.reduce(0) { $0 + $1.count } }

    /// A number by which a waiter can leave again.
    mutating func ticket() -> UInt64 {
        lastTicket &+= 1
        return lastTicket
    }

    /// Adds a waiter, unless too much is outstanding.
    mutating func admit(_ waiter: Waiter, ticket: UInt64, question: Question) -> Admission {
        if waiters[question] != nil {
            waiters[question]?[ticket] = waiter
            return .wait
        }
        guard waiters.count < outstandingLimit else {
            return .refuse(DNSFailure(.tooMany, "\(outstandingLimit) look-ups are outstanding already"))
        }
        waiters[question] = [ticket: waiter]
        return .start
    }

    /// Takes a waiter out; `nil` if its answer is there already. The question stays outstanding: its answer is for the cache.
    mutating func leave(ticket: UInt64, question: Question) -> Waiter? {
        waiters[question]?.removeValue(forKey: ticket)
    }

    /// Ends a look-up: keeps an answer, and hands over those who wait. Failures are not kept.
    mutating func finish(_ question: Question, _ result: Result<StoredAnswer, DNSFailure>, now: NIODeadline) -> [Waiter] {
        if case .success(let answer) = result { cache.store(answer, for: question, now: now) }
        return waiters.removeValue(forKey: question).map { Array($0.values) } ?? []
    }
}
