package import Contracts
package import JSON

/// How a worker does one operation.
///
/// ```swift
/// OperationHandler(.probeEcho) { call in
///     ["text": .string(try call.arguments.required("text"))]
/// }
/// ```
package struct OperationHandler: Sendable {
    package let contract: OperationContract
    let body: @Sendable (OperationCall) async throws -> JSON

    /// - Parameters:
    ///   - contract: what the body is given has been checked against it, and so will be what it gives.
    ///   - body: ends soon after its task is cancelled, which happens when nobody waits any more and when the process ends. It may run
    ///     several times for one request, also at the same time in another process: ``OperationCall/id`` tells them apart.
    ///
    ///     Throws ``OperationFailure`` to tell whoever asked, and ``OperationOutage`` for a neighbour that is away: it is tried again then.
    ///     Everything else is a fault of the worker: whoever asked hears `internal`, and the log says more.
    package init(_ contract: OperationContract, _ body: @escaping @Sendable (OperationCall) async throws -> JSON) {
        self.contract = contract
        self.body = body
    }
}

/// One request in hand.
package struct OperationCall: Sendable {
    /// The same on every repeat.
    package let id: EnvelopeID
    package let request: OperationRequest
    /// An object with the names of the contract; values as they travel.
    package let arguments: JSON
    private let report: @Sendable (JSON) async -> Void

    package init(id: EnvelopeID, request: OperationRequest, report: @escaping @Sendable (JSON) async -> Void) {
        self.id = id
        self.request = request
        arguments = .object(request.arguments)
        self.report = report
    }

    /// Tells how far it is. It never fails: whoever asked can do without.
    package func progress(_ values: JSON) async { await report(values) }
}

/// Something that an operation needs is away for now.
package struct OperationOutage: Error, Sendable, CustomStringConvertible {
    /// For the log.
    package var message: String
    package var cause: (any Error)?

    package init(_ message: String, cause: (any Error)? = nil) {
        self.message = message
        self.cause = cause
    }

    package var description: String { cause.map { "\(message): \($0)" } ?? message }
}
