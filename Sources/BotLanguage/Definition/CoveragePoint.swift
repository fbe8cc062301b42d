/// Something in a definition that a test reaches or doesn't.
package struct CoveragePoint: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        case screen, form, question, button, handler, signal, timer, reply, branch
    }

    /// Which way it went, where there are several.
    package enum Part: String, Sendable, Hashable {
        case whole
        /// The condition held, there was a row, nothing forbade it.
        case then
        case otherwise
    }

    package let kind: Kind
    /// For people: `home`, `Add on home`, `if, else`.
    package let name: String
    package let position: SourcePosition
    package let part: Part
}

extension Definition {
    /// All that tests can reach, in the order of the file.
    package var coveragePoints: [CoveragePoint] {
        var points = CoveragePoints()
        for screen in screens.values { points.add(screen) }
        for form in forms.values { points.add(form) }
        for handler in handlers {
            points.add(.handler, handler.trigger.title, handler.position)
            points.add(handler.steps)
        }
        for signal in signals.values {
            points.add(.signal, signal.name, signal.position)
            points.add(signal.steps)
        }
        for timer in timers.values {
            points.add(.timer, timer.name, timer.position)
            points.add(timer.steps)
        }
        for reply in replies.values {
            points.add(.reply, reply.name, reply.position)
            for steps in [reply.progress, reply.done, reply.failed].compactMap({ $0 }) { points.add(steps) }
        }
        return points.points.sorted {
            ($0.position.line, $0.position.column, $0.part.rawValue) < ($1.position.line, $1.position.column, $1.part.rawValue)
        }
    }
}

extension Handler.Trigger {
    /// As the author would call it.
    package var title: String {
        switch self {
        case .commands(let names, _): names.map { "/\($0)" }.joined(separator: ", ")
        case .message(let kinds, let pattern): "message: \(kinds.joined(separator: ", "))\(pattern.map { " like \($0.source)" } ?? "")"
        case .button(let name, _): "button: \(name)"
        case .membership(let change): change.title
        case .fallback: "fallback"
        }
    }
}

private struct CoveragePoints {
    private(set) var points: [CoveragePoint] = []

    mutating func add(_ kind: CoveragePoint.Kind, _ name: String, _ position: SourcePosition, _ part: CoveragePoint.Part = .whole) {
        points.append(CoveragePoint(kind: kind, name: name, position: position, part: part))
    }

    mutating func add(_ screen: Screen) {
        add(.screen, screen.name, screen.position)
        if let text = screen.content.text { add(text) }
        for button in screen.rows.flatMap(\.buttons) + [screen.list?.button].compactMap({ $0 }) {
            switch button.action {
            // Nobody hears of a tap on these.
            case .url, .copy, .request, .text: continue
            case .steps(let steps): add(steps)
            default: break
            }
            add(.button, "\(button.label.source) on \(screen.name)", button.position)
        }
    }

    mutating func add(_ form: Form) {
        add(.form, form.name, form.position)
        let questions = form.fields.flatMap { field in
            field.each?.record == nil ? [(field.name, field)] : (field.each?.parts ?? []).map { ("\(field.name).\($0.name)", $0) }
        }
        for (name, field) in questions {
            add(.question, "\(form.name).\(name)", field.position)
            add(field.ask)
        }
        add(form.done)
    }

    mutating func add(_ text: ConditionalText) {
        guard text.cases.count > 1 else { return }
        for item in text.cases {
            let source = item.text.source.prefix { $0 != "\n" }.prefix(40)
            add(.branch, "text: \(source)", item.text.position)
        }
    }

    mutating func add(_ steps: [Step]) {
        for step in steps {
            switch step.kind {
            case .require: branches("require", step)
            case .choose: branches("if", step)
            case .claim: branches("claim", step)
            case .each: add(.branch, "each", step.position, .then)
            case .insert where !step.inner.isEmpty: branches("insert", step)
            case .update where !step.inner.isEmpty: branches("update", step)
            case .upsert where !step.inner.isEmpty: branches("upsert", step)
            case .show(.content(let content), _): if let text = content.text { add(text) }
            default: break
            }
            for steps in step.inner { add(steps) }
        }
    }

    private mutating func branches(_ word: String, _ step: Step) {
        add(.branch, word, step.position, .then)
        add(.branch, "\(word), else", step.position, .otherwise)
    }
}
