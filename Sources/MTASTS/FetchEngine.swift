import Basics
import Glibc
import Synchronization

import class NIOPosix.NIOThreadPool

/// Runs all fetches, on one thread of its own and libcurl's multi interface.
///
/// Why a thread and not the event loops (curl_multi_socket): a handshake with a stranger is public-key arithmetic that the stranger chooses, and
/// sessions on that loop would wait for it. Here only other fetches do. And every libcurl handle is then used by one thread from first to last,
/// which `poll` and `wake` suffice for; sockets and timers need not be handed about.
final class FetchEngine: Sendable {
    typealias Answer = Result<FetchedPolicy, FetchError>

    /// A fetch that has been asked for and not answered.
    private struct Job {
        let request: PolicyRequest
        let continuation: CheckedContinuation<Answer, Never>
        /// The thread has it.
        var isTaken = false
    }

    private struct State {
        var queue: FetchQueue
        var jobs: [Int: Job] = [:]
        /// May run, and the thread has yet to be told.
        var starting: [Int] = []
        /// The thread has them, and nobody wants them any more.
        var unwanted: [Int] = []
        var lastID = 0
        var isStopping = false
    }

    /// What the thread is to do.
    private struct Orders {
        var start: [(id: Int, request: PolicyRequest)] = []
        var stop: Set<Int> = []
        var isStopping = false
        var nextDeadline: ContinuousClock.Instant?
    }

    private static let abandoned = Answer.failure(.notMade("the fetch was abandoned"))
    /// Between two rounds while transfers run: what drips an octet at a time, on every connection, costs a round for all of them together.
    private static let pace: Int32 = 2

    private let state: Mutex<State>
    /// Nil if libcurl cannot be had; then no fetch is made.
    private let multi = MultiHandle()
    private let thread = NIOThreadPool(numberOfThreads: 1)

    /// An engine whose thread runs.
    init(_ queue: FetchQueue) {
        state = Mutex(State(queue: queue))
        thread.start()
        thread.submit { [self] state in
            if case .active = state, let multi { loop(multi) }
        }
    }

    /// Ends all fetches, and the thread.
    func shutdown() async {
        let dropped = state.withLock { state -> [Job] in
            state.isStopping = true
            let idle = state.jobs.filter { !$0.value.isTaken }
            for id in idle.keys { state.jobs[id] = nil }
            return Array(idle.values)
        }
        for job in dropped { job.continuation.resume(returning: Self.abandoned) }
        multi?.wake()
        try? await thread.shutdownGracefully()
    }

    /// How many fetches run, and how many wait.
    var load: (running: Int, waiting: Int) { state.withLock { ($0.queue.runningCount, $0.queue.waiting.count) } }

    /// Makes a fetch when its turn comes, which it waits for until `deadline`.
    func run(_ request: PolicyRequest, waitingUntil deadline: ContinuousClock.Instant) async -> Answer {
        let id = state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
        let claim = FetchClaim(id: id, host: request.host, addresses: request.addresses, until: deadline)
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                enter(claim, Job(request: request, continuation: continuation))
                // Cancelled before there was anything to abandon.
                if Task.isCancelled { abandon(id) }
            }
        } onCancel: {
            abandon(id)
        }
    }

    private func enter(_ claim: FetchClaim, _ job: Job) {
        let (refused, answer) = state.withLock { state -> (Job?, Answer) in
            if state.isStopping { return (job, Self.abandoned) }
            if multi == nil { return (job, .failure(.notMade("libcurl cannot be initialised"))) }
            let full = Answer.failure(.notMade("\(state.queue.places) fetches wait already"))
            switch state.queue.add(claim) {
            case .full: return (job, full)
            case .starts: state.starting.append(claim.id)
            case .waits(let loser):
                state.jobs[claim.id] = job
                return (loser.flatMap { state.jobs.removeValue(forKey: $0) }, full)
            }
            state.jobs[claim.id] = job
            return (nil, full)
        }
        refused?.continuation.resume(returning: answer)
        multi?.wake()
    }

    private func abandon(_ id: Int) {
        let job = state.withLock { state -> Job? in
            guard let job = state.jobs[id] else { return nil }
            if job.isTaken {
                state.unwanted.append(id)
                return nil
            }
            state.jobs[id] = nil
            state.starting.removeAll { $0 == id }
            state.starting += state.queue.remove(id)
            return job
        }
        multi?.wake()
        job?.continuation.resume(returning: Self.abandoned)
    }

    /// A fetch of the thread has ended.
    private func finish(_ id: Int, _ answer: Answer) {
        let (job, hasNext) = state.withLock { state in
            let next = state.queue.remove(id)
            state.starting += next
            return (state.jobs.removeValue(forKey: id), !next.isEmpty)
        }
        if hasNext { multi?.wake() }
        job?.continuation.resume(returning: answer)
    }

    private func takeOrders() -> Orders {
        let now = ContinuousClock.now
        let (orders, late) = state.withLock { state -> (Orders, [Job]) in
            let late = state.queue.expire(at: now).compactMap { state.jobs.removeValue(forKey: $0) }
            var orders = Orders(stop: Set(state.unwanted), isStopping: state.isStopping, nextDeadline: state.queue.nextDeadline)
            for id in state.starting where state.jobs[id] != nil {
                state.jobs[id]?.isTaken = true
                if let request = state.jobs[id]?.request { orders.start.append((id, request)) }
            }
            (state.starting, state.unwanted) = ([], [])
            return (orders, late)
        }
        for job in late { job.continuation.resume(returning: .failure(.notMade("no room for the fetch in time: too many others run"))) }
        return orders
    }

    /// The thread, until the engine is shut down.
    private func loop(_ multi: MultiHandle) {
        blockBrokenPipe()
        var transfers: [Int: PolicyTransfer] = [:]
        while true {
            let orders = takeOrders()
            for (id, transfer) in transfers where orders.isStopping || orders.stop.contains(id) {
                transfers[id] = nil
                multi.remove(transfer.handle)
                finish(id, Self.abandoned)
            }
            for (id, request) in orders.start {
                do throws(FetchError) {
                    let transfer = try PolicyTransfer(request, id: id)
                    guard multi.add(transfer.handle) else { throw .notMade("libcurl takes no transfer") }
                    transfers[id] = transfer
                } catch {
                    finish(id, .failure(error))
                }
            }
            if orders.isStopping && transfers.isEmpty { return }
            multi.perform()
            while let (id, code) = multi.nextDone() {
                guard let transfer = transfers.removeValue(forKey: id) else { continue }
                multi.remove(transfer.handle)
                finish(id, transfer.result(code))
            }
            multi.wait(milliseconds: orders.nextDeadline.map(Self.milliseconds) ?? 60_000)
            if !transfers.isEmpty { multi.pause(milliseconds: Self.pace) }
        }
    }

    /// From now until `instant`, rounded up.
    private static func milliseconds(until instant: ContinuousClock.Instant) -> Int {
        max(0, Int((instant - ContinuousClock.now) / .milliseconds(1)) + 1)
    }

    /// libcurl with CURLOPT_NOSIGNAL leaves SIGPIPE to us: it must not end the process when a policy host hangs up.
    private func blockBrokenPipe() {
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGPIPE)
        pthread_sigmask(SIG_BLOCK, &signals, nil)
    }
}
