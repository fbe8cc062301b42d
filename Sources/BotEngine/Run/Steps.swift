import BotLanguage
import CEL

// Running steps, one per unit of work.
extension Interpreter {
    /// Where it goes on after a step.
    enum Flow {
        case next
        /// Into steps within the step.
        case enter(Cursor)
        /// Nothing more runs.
        case stop
        /// Another screen or form was opened; nothing more runs either.
        case left
    }

    mutating func run(_ steps: [Step], _ variables: Variables, origin: Origin) {
        self.origin = origin
        cursors = [Cursor(steps: steps, scope: variables)]
        phase = .steps
    }

    mutating func nextStep() throws(Interruption) {
        guard var cursor = cursors.popLast() else { return finishSteps() }
        guard cursor.index < cursor.steps.count else {
            // The next round of a loop, or on behind it.
            if let element = cursor.loop?.rest.popFirst(), let variable = cursor.loop?.variable {
                cursor.index = 0
                cursor.scope[variable] = try whole(element)
                cursors.append(cursor)
            } else if let outer = cursors.indices.last {
                for name in cursor.exports { cursors[outer].scope[name] = cursor.scope[name] }
            }
            return
        }
        usage.steps += 1
        let step = cursor.steps[cursor.index]
        guard usage.steps <= engine.limits.steps else {
            throw fail(.limit, "more than \(engine.limits.steps) steps for one event", at: step.position)
        }
        cursor.index += 1
        cursor.scope.seed(seed())
        switch try perform(step, &cursor.scope) {
        case .next: cursors.append(cursor)
        case .enter(let inner): cursors += [cursor, inner]
        case .stop:
            cursors = []
            finishSteps()
        case .left: cursors = []
        }
    }

    private mutating func finishSteps() {
        phase = .done
        guard !hasShown else { return }
        switch origin {
        case .handler: break
        // The screen as it is now, in the place of the message whose button was tapped.
        case .button, .form: phase = .view
        }
    }

    private mutating func perform(_ step: Step, _ variables: inout Variables) throws(Interruption) -> Flow {
        switch step.kind {
        case .letValues(let bindings): try bind(bindings, &variables)
        case .require(let condition, let otherwise):
            let holds = try holds(condition, variables)
            note(step.position, holds)
            guard holds else { return try refuse(otherwise, variables) }
        case .insert(let insert): return try perform(insert, &variables, at: step.position)
        case .update(let update): return try perform(update, &variables, at: step.position)
        case .upsert(let upsert): return try perform(upsert, &variables, at: step.position)
        case .delete(let delete): try perform(delete, variables, at: step.position)
        case .claim(let claim): return try perform(claim, &variables, at: step.position)
        case .show(let show, let people): try perform(show, to: people, variables)
        case .copy(let message, let people): try copy(message, to: people, variables)
        case .signal(let signal): try self.signal(signal, variables)
        case .schedule(let later): try schedule(later, variables)
        case .cancel(let cancel): try self.cancel(cancel, variables)
        case .run(let run): try perform(run, variables)
        case .toast(let template, let isAlert):
            let text = try text(template, variables)
            if press == nil { try say(text) } else { toast = (text, isAlert) }
        case .go(let target):
            go(target.name, try arguments(target, definition.screens[target.name]?.parameters ?? [], variables))
            return .left
        case .call(let target):
            call(target.name, try arguments(target, definition.forms[target.name]?.parameters ?? [], variables))
            return .left
        case .back:
            back()
            return .left
        case .choose(let condition, let then, let otherwise):
            let holds = try holds(condition, variables)
            note(step.position, holds)
            return .enter(Cursor(steps: holds ? then : otherwise, scope: variables))
        case .each(let each): return try enter(each, variables, at: step.position)
        case .stop: return .stop
        }
        return .next
    }

    private mutating func refuse(_ refusal: Step.Refusal, _ variables: Variables) throws(Interruption) -> Flow {
        switch refusal {
        case .text(let template):
            try say(try text(template, variables))
            return .stop
        case .steps(let steps):
            // What follows the refused step doesn't run.
            cursors = []
            return .enter(Cursor(steps: steps + [Step(.stop, at: steps.last?.position ?? noPosition)], scope: variables))
        }
    }

    private var noPosition: SourcePosition { SourcePosition(file: "", line: 1, column: 1) }

    private mutating func enter(_ each: Step.Each, _ variables: Variables, at position: SourcePosition) throws(Interruption) -> Flow {
        let variable: String
        let elements: [CELValue]
        switch each.source {
        case .rows(let source):
            variable = source.variable
            let limit = engine.limits.steps
            let rows = try rows(.select(try query(source, variables, limit: limit + 1)), of: source.collection)
            guard rows.count <= limit else { throw fail(.limit, "more than \(limit) rows in 'each'", at: position) }
            elements = rows.map { .object($0) }
        case .values(let name, let values):
            variable = name
            guard case .list(let list) = try evaluate(values, variables) else { return .next }
            elements = list
        }
        if !elements.isEmpty { note(position, true) }
        return .enter(Cursor(steps: [], scope: variables, loop: (variable, elements[...]))).looping(each.steps)
    }

    mutating func perform(_ show: Step.Show, _ variables: Variables) throws(Interruption) {
        switch show {
        case .screen(let target):
            guard let screen = definition.screens[target.name] else { return }
            let frame = Frame(.screen, target.name, arguments: try arguments(target, screen.parameters, variables))
            guard try self.show(screen, frame) else {
                throw fail(.value, "the arguments of '\(target.name)' don't fit", at: target.position)
            }
        case .content(let content):
            // Beside the screen, not in its place.
            let canEdit = press?.canEdit ?? false
            press?.canEdit = false
            try emit(try view(content, variables, owner: nil))
            press?.canEdit = canEdit
        }
    }
}

extension Interpreter.Flow {
    /// The body of a loop: it begins at its end, so that the first element is fetched like every other.
    fileprivate func looping(_ steps: [Step]) -> Interpreter.Flow {
        guard case .enter(var cursor) = self else { return self }
        cursor.steps = steps
        cursor.index = steps.count
        return .enter(cursor)
    }
}
