import Contracts
import JSON
package import OperationKit
import Synchronization

/// Operations that do nothing useful, in every way in which an operation can go.
package final class ProbeOperations: Sendable {
    /// How often each request has met an outage, as long as the process lives.
    private let outages = Mutex<[EnvelopeID: Int]>([:])

    package init() {}

    package var handlers: [OperationHandler] {
        [
            OperationHandler(.probeEcho) { call in
                var result = call.request.arguments
                if let password = result["password"]?.string { result["password_size"] = .int(Int64(password.count)) }
                result["password"] = nil
                return .object(result)
            },
            OperationHandler(.probeFail) { [self] call in
                let wanted: Int = try call.arguments.optional("outages") ?? 0
                guard hasMet(wanted, call.id) else { throw OperationOutage("an outage that was asked for") }
                let code: String = try call.arguments.optional("code") ?? "asked_for"
                throw OperationFailure(OperationFailure.Code(code), "It was asked to fail.")
            },
            OperationHandler(.probeSlow) { call in
                let steps: Int64 = try call.arguments.required("steps")
                let pause: Int64 = try call.arguments.required("pause")
                for step in 0..<max(0, steps) {
                    try await Task.sleep(for: .milliseconds(pause))
                    await call.progress(["step": .int(step + 1), "steps": .int(steps)])
                }
                return ["steps": .int(steps)]
            },
        ]
    }

    private func hasMet(_ count: Int, _ id: EnvelopeID) -> Bool {
        outages.withLock { outages in
            let met = outages[id] ?? 0
            outages[id] = met < count ? met + 1 : nil
            return met >= count
        }
    }
}
