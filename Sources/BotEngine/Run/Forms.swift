import BotLanguage
import CEL
import Contracts
import JSON

// Answers to the questions of a form.
extension Interpreter {
    /// The open form with its question and what is known there; nil when none is open, or when the definition hasn't got it
    /// any more.
    private mutating func openForm() throws(Interruption) -> (form: Form, question: Question)? {
        guard let frame = state.frames.last, frame.kind == .form else { return nil }
        guard frame.misfit(in: definition) == nil, let form = definition.forms[frame.name],
            let path = frame.asking.flatMap({ QuestionPath(text: $0) }),
            let variables = try variables(of: form, frame), let question = try question(at: path, of: form, frame, variables)
        else {
            state.frames.removeLast()
            return nil
        }
        return (form, question)
    }

    /// Arguments and the answers so far; nil when they don't fit the form any more.
    mutating func variables(of form: Form, _ frame: Frame) throws(Interruption) -> Variables? {
        var variables = baseVariables()
        guard try bind(frame.arguments, form.parameters, &variables) else { return nil }
        for field in form.fields {
            guard let kept = frame.answers[field.name] else { continue }
            guard let value = try value(of: field, kept) else { return nil }
            variables[field.name] = value
        }
        return variables
    }

    /// `/cancel`, `/back`, and commands that stand for "none".
    mutating func answerForm(_ command: BotCommand) throws(Interruption) -> Bool {
        if let form = unaskedForm {
            guard command.name == "cancel", !form.cancel.isNone else { return false }
            trigger = "form \(form.name)"
            try cancel()
            return true
        }
        guard let (form, question) = try openForm() else { return false }
        trigger = "form \(form.name)"
        if let null = question.field.nullOn, null.hasPrefix("/"), null.dropFirst().lowercased() == command.name {
            try accept(.null, question)
            return true
        }
        if command.name == "back", form.canGoBack {
            previous(form)
            return true
        }
        guard command.name == "cancel" else { return false }
        if case .none = form.cancel { return false }
        try cancel()
        return true
    }

    mutating func answerForm(_ message: Message) throws(Interruption) -> Bool {
        if message.content.isSent, let form = unaskedForm {
            trigger = "form \(form.name)"
            phase = .view
            return true
        }
        guard message.content.isSent, let (form, question) = try openForm() else { return false }
        let (field, variables) = (question.field, question.variables)
        trigger = "form \(form.name)"
        state.album = message.album
        if case .record(let record) = field.type.type, let value = MessageValue.answer(message, in: event.chat, record) {
            try accept(value, question)
            return true
        }
        guard case .text(let text) = message.content, !field.type.type.isRecord else {
            try refuse(field, variables, phrases.wanted(field.type.type, field.bounds))
            return true
        }
        if let null = field.nullOn, null == text.text {
            try accept(.null, question)
        } else if let choice = try choice(text.text, field, variables) {
            try accept(choice, question)
        } else if field.isClosed, field.type.type != .bool || field.choices != nil {
            try refuse(field, variables, phrases.chooseButton)
        } else {
            let value: CELValue
            do throws(AnswerError) { value = try AnswerParser.parse(text.text, as: field.type.type, bounds: field.bounds) } catch {
                try refuse(field, variables, phrases.wanted(field.type.type, field.bounds))
                return true
            }
            try accept(value, question)
        }
        return true
    }

    /// A button under a question.
    mutating func answerForm(_ button: StoredButton, _ owner: Frame) throws(Interruption) {
        guard unaskedForm == nil, let (form, question) = try openForm(), form.name == owner.name, owner.asking == question.path.description
        else {
            toast = (phrases.expired, false)
            press?.canEdit = false
            if definition.home != nil || !state.frames.isEmpty { phase = .view }
            return
        }
        trigger = "form \(form.name)"
        switch button.action {
        case .cancel: try cancel()
        case .previous: previous(form)
        case .skip where question.field.skip != nil: try accept(.null, question)
        case .choose(let kept):
            guard let value = try value(kept, question.field.type) else { return phase = .view }
            try accept(value, question)
        default: phase = .view
        }
    }

    private mutating func cancel() throws(Interruption) {
        state.frames.removeLast()
        toast = (phrases.cancelled, false)
        if press == nil, state.frames.isEmpty, definition.home == nil { try say(phrases.cancelled) }
        phase = .view
    }

    private mutating func refuse(_ field: FormField, _ variables: Variables, _ phrase: String) throws(Interruption) {
        try say(field.retry != nil ? try text(field.retry, variables) : phrase)
    }

    private mutating func text(_ template: Template?, _ variables: Variables) throws(Interruption) -> String {
        guard let template else { return "" }
        return try text(template, variables, .none)
    }

    // MARK: Choices

    /// A choice that was typed instead of tapped.
    private mutating func choice(_ text: String, _ field: FormField, _ variables: Variables) throws(Interruption) -> CELValue? {
        let wanted = text.lowercased()
        return try choices(field, variables).first { $0.label.lowercased() == wanted }?.value
    }

    mutating func choices(_ field: FormField, _ variables: Variables) throws(Interruption) -> [(value: CELValue, label: String)] {
        var result: [(value: CELValue, label: String)] = []
        switch field.choices {
        case .fixed(let choices):
            for choice in choices { result.append((choice.value, try text(choice.label, variables))) }
        case .each(let variable, let values, let label, let value):
            guard case .list(let elements) = try evaluate(values, variables) else { break }
            var inner = variables
            for element in elements.prefix(100) {
                inner[variable] = try whole(element)
                result.append((try evaluate(value, inner), try text(label, inner)))
            }
        case nil:
            if case .enumeration(let name) = field.type.type {
                result = (definition.enums[name]?.members ?? []).map { (.string($0), $0) }
            } else if field.type.type == .bool {
                result = [(.bool(true), phrases.yes), (.bool(false), phrases.no)]
            }
        }
        return result
    }

    // MARK: Asking

    /// Asks for the next answer, or runs `done` when all are there.
    mutating func showForm(_ frame: Frame, _ form: Form) throws(Interruption) {
        var frame = frame
        guard var variables = try variables(of: form, frame) else {
            state.frames.removeLast()
            return
        }
        switch try nextQuestion(of: form, &frame, &variables) {
        case .ask(let question):
            frame.asking = question.path.description
            note(form.position)
            note(question.field.position)
            state.frames[state.frames.count - 1] = frame
            phase = .done
            return try ask(question, form, frame)
        case .unfit:
            state.frames.removeLast()
            return
        case .none: break
        }
        state.frames.removeLast()
        trigger = "form \(form.name)"
        run(form.done, variables, origin: .form)
    }

    private mutating func ask(_ question: Question, _ form: Form, _ frame: Frame) throws(Interruption) {
        let (field, variables) = (question.field, question.variables)
        let escaping = Escaping(field.parseMode)
        var view = View(owner: frame)
        view.text = try text(field.ask, variables, escaping)
        view.parseMode = field.parseMode
        view.position = field.position
        var choices: [ShownButton] = []
        if let share = field.share, case .record(let record) = field.type.type {
            view.keyboard = .reply
            view.isOneTime = true
            let request: ReplyButton.Request = record == RecordType.contact ? .contact : .location
            choices.append(ShownButton(label: try text(share, variables), action: .request(request)))
        }
        for choice in try self.choices(field, variables) {
            let kept = try json(choice.value, field.type, at: field.position)
            choices.append(ShownButton(label: choice.label, action: .stored(StoredButton(.choose(kept)))))
        }
        view.rows = choices.inRows(of: field.columns)
        var last: [ShownButton] = []
        if let skip = field.skip { last.append(ShownButton(label: try text(skip, variables), action: .stored(StoredButton(.skip)))) }
        if case .button(let label) = form.back, form.hasPrevious(frame) {
            last.append(ShownButton(label: try text(label, variables), action: .stored(StoredButton(.previous))))
        }
        if case .button(let label) = form.cancel {
            last.append(ShownButton(label: try text(label, variables), action: .stored(StoredButton(.cancel))))
        }
        if !last.isEmpty { view.rows.append(last) }
        try emit(view)
    }
}
