import BotLanguage
import CEL
import Contracts
import JSON

/// A message before its buttons have keys.
struct View: Sendable {
    /// The screen or form that it shows; nil for a message without one.
    var owner: Frame?
    var text = ""
    var media: (kind: MediaKind, source: FileSource)?
    var parseMode = ParseMode.none
    var showsPreview = false
    var rows: [[ShownButton]] = []
    var keyboard = Screen.KeyboardKind.inline
    /// Of a reply keyboard: it goes away when it is used.
    var isOneTime = false
    var position: SourcePosition?
    /// The row that the message follows.
    var live: LiveRow?

    init(owner: Frame?) { self.owner = owner }
}

struct ShownButton: Sendable {
    enum Action: Sendable {
        case stored(StoredButton)
        case url(String)
        case copy(String)
        case request(ReplyButton.Request)
        /// Of a reply keyboard: its label is the message.
        case text
    }

    var label: String
    var action: Action
}

extension Array where Element == ShownButton {
    func inRows(of columns: Int) -> [[ShownButton]] {
        stride(from: 0, to: count, by: Swift.max(1, columns)).map { Array(self[$0..<Swift.min($0 + columns, count)]) }
    }
}

// From the top of the stack to what the person sees.
extension Interpreter {
    /// Shows the current screen or asks the current question. What the definition hasn't got any more is closed.
    mutating func showTop() throws(Interruption) {
        phase = .done
        while let frame = state.frames.last {
            if frame.kind == .form, let form = definition.forms[frame.name] {
                guard try admits(form.roles) else { continue }
                let count = state.frames.count
                try showForm(frame, form)
                if state.frames.count == count || isRunning { return }
            } else if frame.kind == .screen, let screen = definition.screens[frame.name] {
                guard try admits(screen.roles) else { continue }
                guard try show(screen, frame) else {
                    state.frames.removeLast()
                    continue
                }
                if trigger == "ignored" { trigger = "screen \(screen.name)" }
                return
            } else {
                state.frames.removeLast()
            }
        }
        guard let home = definition.home, let screen = definition.screens[home] else { return }
        let frame = Frame(.screen, home)
        state.frames = [frame]
        if trigger == "ignored" { trigger = "screen \(home)" }
        _ = try show(screen, frame)
    }

    /// Whether the person may see what is open; if not, it is closed and the person told.
    private mutating func admits(_ roles: [Expression]) throws(Interruption) -> Bool {
        if try holds(roles, baseVariables()) { return true }
        state.frames.removeLast()
        try say(phrases.notAllowed)
        return false
    }

    private var isRunning: Bool { if case .steps = phase { true } else { false } }

    /// False when the frame doesn't fit the screen any more.
    mutating func show(_ screen: Screen, _ frame: Frame) throws(Interruption) -> Bool {
        var variables = baseVariables()
        guard try bind(frame.arguments, screen.parameters, &variables) else { return false }
        try bind(screen.lets, &variables)
        note(screen.position)
        let isCurrent = frame == state.frames.last
        var frame = frame
        var view = try view(screen.content, variables, owner: frame)
        view.keyboard = screen.keyboard
        view.position = screen.position
        view.live = liveRow(of: screen, variables)
        if let list = screen.list { try add(list, to: &view, &frame, variables) }
        view.owner = frame
        if isCurrent { state.frames[state.frames.count - 1] = frame }
        for row in screen.rows {
            var shown: [ShownButton] = []
            for button in row.buttons {
                guard let each = button.each else {
                    if let one = try self.shown(button, variables, keeping: []) { shown.append(one) }
                    continue
                }
                let several = try self.shown(button, each, variables)
                if row.buttons.count == 1 { view.rows += several.inRows(of: each.columns) } else { shown += several }
            }
            if !shown.isEmpty { view.rows.append(shown) }
        }
        try emit(view)
        return true
    }

    mutating func view(_ content: Content, _ variables: Variables, owner: Frame?) throws(Interruption) -> View {
        var view = View(owner: owner)
        view.parseMode = content.parseMode
        view.showsPreview = content.showsPreview
        if let texts = content.text { view.text = try text(texts, variables, Escaping(content.parseMode)) }
        if let media = content.media {
            switch media.source {
            case .template(let template): view.media = (media.kind, Self.source(try text(template, variables)))
            case .value(let expression):
                guard case .object(let file) = try evaluate(expression, variables), let source = Self.source(file) else { break }
                view.media = (media.kind, source)
            }
        }
        return view
    }

    /// Where a file is that somebody sent, or that an operation gave.
    private static func source(_ file: CELObject) -> FileSource? {
        func text(_ name: String) -> String? { if case .string(let text)? = file[name] { text } else { nil } }
        if let key = text("key") { return .stored(key: key, id: text("id")) }
        return text("id").map { .id($0) }
    }

    /// What a file's text means: an address, a file of the bot's folder (which has an extension), or the platform's id.
    private static func source(_ text: String) -> FileSource {
        if text.hasPrefix("https://") || text.hasPrefix("http://") { return .url(text) }
        return text.contains(".") ? .asset(text) : .id(text)
    }

    private mutating func shown(_ button: Button, _ each: Button.Each, _ variables: Variables) throws(Interruption) -> [ShownButton] {
        guard case .list(let elements) = try evaluate(each.values, variables), case .list(let type) = each.values.type else { return [] }
        var result: [ShownButton] = []
        var inner = variables
        for element in elements.prefix(100) {
            inner[each.variable] = try whole(element)
            if let one = try shown(button, inner, keeping: [(each.variable, type)]) { result.append(one) }
        }
        return result
    }

    /// The button as it looks now; nil when its `when` doesn't hold.
    ///
    /// - Parameter names: variables that the button must still know when it is tapped.
    mutating func shown(
        _ button: Button, _ variables: Variables, keeping names: [(String, CELType)]
    ) throws(Interruption) -> ShownButton? {
        guard try holds(button.access, variables) else { return nil }
        let label = try text(button.label, variables)
        let action: StoredButton.Action
        switch button.action {
        case .url(let url): return ShownButton(label: label, action: .url(try text(url, variables)))
        case .copy(let template): return ShownButton(label: label, action: .copy(try text(template, variables)))
        case .request(let request): return ShownButton(label: label, action: .request(request))
        case .text: return ShownButton(label: label, action: .text)
        case .go(let target):
            let parameters = definition.screens[target.name]?.parameters ?? []
            action = .go(screen: target.name, try arguments(target, parameters, variables))
        case .call(let target):
            let parameters = definition.forms[target.name]?.parameters ?? []
            action = .call(form: target.name, try arguments(target, parameters, variables))
        case .handle(let target):
            action = .handle(button: target.name, try arguments(target, definition.buttonParameters(target.name), variables))
        case .back: action = .back
        case .steps: action = .steps
        }
        var stored = StoredButton(action)
        if action == .steps || !button.access.isOpen {
            stored.identity = button.identity
            for (name, type) in names {
                stored.values[name] = try kept(variables[name] ?? .null, type, at: button.position)
            }
        }
        return ShownButton(label: label, action: .stored(stored))
    }
}
