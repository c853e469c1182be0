import NIOCore

/// Runs the tasks of sessions on one event loop, so that a session, its client and its upstream leg share a thread.
///
/// An actor whose serial executor is the loop is not enough: continuations would resume on the global pool first. As both the task's
/// preferred executor and the actor's own, this class keeps every part of a session's task on the loop.
final class LoopExecutor: TaskExecutor, SerialExecutor {
    let loop: any EventLoop

    init(loop: any EventLoop) {
        self.loop = loop
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        loop.execute {
            job.runSynchronously(isolatedTo: self.asUnownedSerialExecutor(), taskExecutor: self.asUnownedTaskExecutor())
        }
    }

    func asUnownedSerialExecutor() -> UnownedSerialExecutor { UnownedSerialExecutor(ordinary: self) }
    func asUnownedTaskExecutor() -> UnownedTaskExecutor { UnownedTaskExecutor(ordinary: self) }

    func checkIsolated() { loop.preconditionInEventLoop() }
}

/// The isolation of one session: its code runs on its event loop and nowhere else.
actor SessionActor {
    private let executor: LoopExecutor
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(executor: LoopExecutor) {
        self.executor = executor
    }

    /// Runs `body` on the loop.
    func run(_ body: @Sendable (isolated SessionActor) async -> Void) async {
        await body(self)
    }
}
