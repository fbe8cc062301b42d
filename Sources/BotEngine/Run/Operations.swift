import BotLanguage
import CEL
import Contracts
import JSON

// Asking workers, and what comes back.
extension Interpreter {
    mutating func perform(_ run: Step.Run, _ variables: Variables) throws(Interruption) {
        let contract = run.contract
        var arguments = JSONObject()
        for binding in run.arguments {
            guard let field = contract.arguments[binding.name] else { continue }
            let value = try evaluate(binding.value, variables)
            let json: JSON?
            do throws(ValueError) { json = try OperationMapping.json(value, field.type) } catch {
                throw fail(.value, "'\(field.name)' is \(error.message)", at: binding.value.position)
            }
            guard let json else { continue }
            if let problem = field.type.problem(with: json, maximum: field.maximum) {
                throw fail(.value, "'\(field.name)' \(problem)", at: binding.value.position)
            }
            arguments[field.name] = json
        }
        if let problem = contract.arguments.problem(with: arguments) { throw fail(.value, problem, at: run.position) }
        let patience = try patience(run, variables)
        let deadline = Timestamp(milliseconds: event.at.milliseconds.addingReportingOverflow(patience).partialValue)
        let request = OperationRequest(
            contract.operation, bot: event.bot, platform: event.platform, at: event.at, chat: event.chat, person: event.person,
            thread: event.thread, arguments: arguments, wantsReply: run.reply != nil, deadline: deadline)
        guard request.jsonBytes.count <= OperationRequest.maximumSize else {
            throw fail(
                .value, "the arguments of '\(contract.operation)' have more than \(OperationRequest.maximumSize) bytes", at: run.position)
        }
        guard effects.count(where: \.isRequest) < engine.limits.operations else {
            throw fail(.limit, "more than \(engine.limits.operations) operations for one event", at: run.position)
        }
        let id = nextEffect
        effects.append(.request(request, lane))
        guard let reply = run.reply, let handler = definition.replies[reply] else { return }
        let kept = try self.arguments(
            Target(name: reply, arguments: run.kept, position: run.position), handler.parameters, variables)
        try remember(
            PendingOperation(
                request: id, reply: reply, operation: contract.operation.name, kept: kept, deadline: deadline, hops: try hops(run)),
            at: run.position)
        try self.request(.set(timeout(of: id, deadline: deadline)))
    }

    private mutating func patience(_ run: Step.Run, _ variables: Variables) throws(Interruption) -> Int64 {
        guard let within = run.within else {
            return run.contract.timeout.components.seconds * 1_000 + run.contract.timeout.components.attoseconds / 1_000_000_000_000_000
        }
        guard case .duration(let duration) = try evaluate(within, variables) else {
            throw fail(.expression, "no duration", at: within.position)
        }
        let patience = duration.nanoseconds / 1_000_000
        guard Step.Run.patience.contains(patience) else { throw fail(.value, "'within' is from 1 second to 7 days", at: within.position) }
        return patience
    }

    private func hops(_ run: Step.Run) throws(Interruption) -> Int {
        guard hops <= engine.limits.hops else {
            throw fail(.limit, "more than \(engine.limits.hops) operations and signals led to one another", at: run.position)
        }
        return hops
    }

    private mutating func remember(_ operation: PendingOperation, at position: SourcePosition) throws(Interruption) {
        let now = event.at.milliseconds
        state.pending.removeAll { $0.deadline.milliseconds.addingReportingOverflow(ConversationState.pendingGrace).partialValue < now }
        guard state.pending.count < ConversationState.maximumPending else {
            throw fail(.limit, "the conversation waits for more than \(ConversationState.maximumPending) operations", at: position)
        }
        state.pending.append(operation)
    }

    // MARK: The time is up

    private func timeout(of request: EnvelopeID, deadline: Timestamp) -> SetTimer {
        SetTimer(
            bot: event.bot, platform: event.platform, at: event.at, chat: event.chat, person: event.person, thread: event.thread,
            key: OperationTimeout.key(of: request), revision: 0, name: OperationTimeout.name,
            payload: ["request": .string(request.rawValue)], lane: lane, schedule: .at(deadline))
    }

    mutating func dispatchTimeout(_ timer: DueTimer) throws(Interruption) {
        trigger = "timeout"
        guard let request = timer.payload["request"]?.string,
            let pending = state.pending.first(where: { $0.request.rawValue == request }), let operation = Operation(pending.operation)
            // It ended in time.
        else { return }
        try dispatch(
            OperationReply(
                request: pending.request, operation: operation,
                content: .failure(OperationFailure(.timeout, "It didn't end in time."))))
    }

    // MARK: What comes back

    mutating func dispatch(_ reply: OperationReply) throws(Interruption) {
        trigger = "reply"
        guard let index = state.pending.firstIndex(where: { $0.request == reply.request }) else {
            // A step that was overtaken by the end is nothing to speak of.
            if reply.isEnd { notices.append("nobody waits for this end of '\(reply.operation)': it came too late, or a second time") }
            return
        }
        let pending = state.pending[index]
        guard pending.operation == reply.operation.name else {
            return notices.append("'\(pending.operation)' was asked for, and the reply is one of '\(reply.operation)'")
        }
        trigger = "reply \(pending.reply)"
        if case .progress(let number, _) = reply.content {
            guard number > pending.progress else { return }
            state.pending[index].progress = number
        } else {
            state.pending.remove(at: index)
            if event.content.isReply {
                try request(.cancel(CancelTimers(bot: event.bot, revision: 0, target: .key(OperationTimeout.key(of: reply.request)))))
            }
        }
        waitingHops = pending.hops
        var variables = baseVariables()
        guard let handler = definition.replies[pending.reply], handler.contract.operation == reply.operation,
            try bindKept(pending.kept, handler.parameters, &variables)
        else {
            notices.append("the definition has no reply '\(pending.reply)' any more that fits what was asked for")
            if reply.isEnd { try say(phrases.replyLost) }
            return
        }
        try hear(reply.content, handler, variables)
    }

    private mutating func hear(_ content: OperationReply.Content, _ handler: ReplyHandler, _ variables: Variables) throws(Interruption) {
        var variables = variables
        let contract = handler.contract
        switch content {
        case .progress(_, let values):
            guard let steps = handler.progress, let fields = contract.progress else { return }
            guard let value = OperationMapping.record(values, fields, named: OperationMapping.progressName(contract.operation)) else {
                return notices.append("the worker breaks the contract of '\(contract.operation)': its progress \(problem(values, fields))")
            }
            variables["progress"] = value
            run(steps, variables, origin: .handler)
        case .result(let values):
            guard let value = OperationMapping.record(values, contract.result, named: OperationMapping.resultName(contract.operation))
            else {
                notices.append("the worker breaks the contract of '\(contract.operation)': its result \(problem(values, contract.result))")
                return try hear(.failure(OperationFailure(.workerFault, "The worker gave no valid result.")), handler, variables)
            }
            variables["result"] = value
            run(handler.done, variables, origin: .handler)
        case .failure(let failure):
            guard let steps = handler.failed else {
                notices.append("'\(contract.operation)' failed: \(failure)")
                return try say(phrases.operationFailed)
            }
            variables["failure"] = OperationMapping.failure(failure)
            run(steps, variables, origin: .handler)
        }
    }

    private func problem(_ values: JSONObject, _ fields: [OperationField]) -> String { fields.problem(with: values) ?? "is wrong" }

    /// Also false when a row is gone that was kept: there is nothing left to tell of.
    private mutating func bindKept(
        _ kept: JSONObject, _ parameters: [Parameter], _ variables: inout Variables
    ) throws(Interruption) -> Bool {
        do throws(Interruption) { return try bind(kept, parameters, &variables) } catch {
            if case .gone = error { return false }
            throw error
        }
    }
}

/// How the scheduler is asked to say that the time of an operation is up.
package enum OperationTimeout {
    package static let prefix = "run/"
    package static let name = "run"

    /// A timer's key may be shorter than an id.
    static func key(of request: EnvelopeID) -> String { prefix + String(StableHash.of(request.rawValue), radix: 36) }
}

extension Event.Content {
    /// From a worker, and not because its time was up.
    fileprivate var isReply: Bool { if case .operation = self { true } else { false } }
}

extension DueTimer {
    /// Whether it is the engine's own, for an operation.
    var isOperationTimeout: Bool { name == OperationTimeout.name && key.hasPrefix(OperationTimeout.prefix) }
}

extension Event {
    /// The end of an operation for which somebody may wait; nil for everything else.
    var endedOperation: EnvelopeID? {
        switch content {
        case .operation(let reply) where reply.isEnd: reply.request
        case .timer(let timer) where timer.isOperationTimeout: timer.payload["request"]?.string.map { EnvelopeID($0) }
        default: nil
        }
    }
}
