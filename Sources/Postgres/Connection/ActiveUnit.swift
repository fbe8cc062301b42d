/// One unit on its way: what was asked, and what has come back so far. Belongs to one connection, on the I/O thread.
///
/// A class, because it is looked at on every turn of the loop, and copying its many references would cost more than that.
final class ActiveUnit {
    let batch: Batch
    /// Who waits for it; nil for statements of the connection's own (ROLLBACK, DEALLOCATE).
    let request: Request?
    let continuation: OutcomeContinuation?
    let started: Nanoseconds
    var deadline: Nanoseconds
    var results: [PostgresResult] = []
    var error: PostgresError?
    /// The caller gave up while COMMIT was on its way: its answer is still waited for, and the connection then dropped.
    var givenUp: PostgresError?
    /// It was sent a second time, after its statements had been prepared anew.
    var isSecondAttempt = false

    init(
        batch: Batch, request: Request? = nil, continuation: OutcomeContinuation? = nil, started: Nanoseconds,
        deadline: Nanoseconds
    ) {
        self.batch = batch
        self.request = request
        self.continuation = continuation
        self.started = started
        self.deadline = deadline
    }
}
