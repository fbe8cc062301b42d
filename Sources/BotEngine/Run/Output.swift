import BotLanguage
import Contracts
import JSON

// From views to commands.
extension Interpreter {
    /// A short text to the person: a note over the chat after a tapped button, else a message.
    mutating func say(_ text: String) throws(Interruption) {
        if press != nil {
            toast = (text, false)
        } else {
            try append(.send(OutgoingMessage(.text(Texts.cut(text, to: Texts.messageLimit)))))
        }
    }

    /// Shows a view: in the place of the message whose button was tapped, where the platform can do that, else anew.
    mutating func emit(_ view: View) throws(Interruption) {
        hasShown = true
        let content = try content(view)
        let rows = try rows(view)
        switch view.keyboard {
        case .reply: try emitMenu(view, content, rows)
        case .remove:
            state.menu = nil
            try append(.send(message(view, content, .remove)))
        case .inline: try emitInline(view, content, rows)
        }
    }

    /// A message without buttons, for somebody else.
    func outgoing(_ view: View) throws(Interruption) -> OutgoingMessage { message(view, try content(view), nil) }

    private func content(_ view: View) throws(Interruption) -> OutgoingMessage.Content {
        let limit = view.media == nil ? Texts.messageLimit : Texts.captionLimit
        var text = view.text
        if view.parseMode == .none {
            text = Texts.cut(text, to: limit)
        } else if text.utf16.count > limit {
            // Marked-up text can't be cut without breaking its markup; Telegram counts it without the markup.
            let visible = VisibleText.length(text, view.parseMode)
            guard visible <= limit else {
                throw fail(.output, "the text has \(visible) characters; \(limit) are allowed", at: view.position)
            }
            guard text.utf8.count <= VisibleText.limit else {
                throw fail(
                    .output, "the text has \(text.utf8.count) bytes with its markup; \(VisibleText.limit) are allowed", at: view.position)
            }
        }
        let isBlank = text.allSatisfy(\.isWhitespace)
        if let media = view.media {
            guard !media.source.isBlank else { throw fail(.output, "the \(media.kind.rawValue) is an empty text", at: view.position) }
            return .media(media.kind, media.source, caption: isBlank ? nil : text)
        }
        guard !isBlank else { throw fail(.output, "the text is empty", at: view.position) }
        return .text(text)
    }

    /// The buttons as the platform takes them. What it refuses, it refuses with the whole message.
    private func rows(_ view: View) throws(Interruption) -> [[ShownButton]] {
        let count = view.rows.reduce(0) { $0 + $1.count }
        guard count <= Texts.buttonsLimit else {
            throw fail(.output, "the message has \(count) buttons; \(Texts.buttonsLimit) are allowed", at: view.position)
        }
        var rows: [[ShownButton]] = []
        for row in view.rows {
            for button in row { try check(button, view) }
            rows += row.map { ShownButton(label: Self.label($0.label), action: $0.action) }.inRows(of: Texts.rowLimit)
        }
        return rows
    }

    private func check(_ button: ShownButton, _ view: View) throws(Interruption) {
        switch button.action {
        case .url(let url):
            guard ["https://", "http://", "tg://"].contains(where: { url.hasPrefix($0) && url.utf8.count > $0.utf8.count }) else {
                throw fail(.output, "a button's 'url' is no address", at: view.position)
            }
        case .copy(let text):
            guard (1...Texts.copyLimit).contains(text.utf16.count) else {
                throw fail(
                    .output, "a button's 'copy' has \(text.utf16.count) characters; 1 to \(Texts.copyLimit) are allowed", at: view.position)
            }
        default: break
        }
    }

    private static func label(_ text: String) -> String {
        text.allSatisfy(\.isWhitespace) ? "…" : Texts.cut(text, to: Texts.labelLimit)
    }

    private func message(_ view: View, _ content: OutgoingMessage.Content, _ keyboard: Keyboard?) -> OutgoingMessage {
        OutgoingMessage(content, parseMode: view.parseMode, keyboard: keyboard, showsLinkPreview: view.showsPreview)
    }

    // MARK: Reply keyboards

    private mutating func emitMenu(_ view: View, _ content: OutgoingMessage.Content, _ rows: [[ShownButton]]) throws(Interruption) {
        var menu = ShownMenu(owner: view.owner ?? Frame(.screen, ""), labels: [], buttons: [])
        let shown = rows.map { row in
            row.map { button in
                if case .stored(let stored) = button.action {
                    menu.labels.append(button.label)
                    menu.buttons.append(stored)
                }
                if case .request(let request) = button.action { return ReplyButton(button.label, request: request) }
                return ReplyButton(button.label)
            }
        }
        // A question's buttons need to know which question it was, not what was answered before it.
        if menu.owner.kind == .form { menu.owner = Frame(.form, menu.owner.name, asking: menu.owner.asking) }
        state.menu = menu.labels.isEmpty && menu.owner.kind == .screen ? nil : menu
        try append(.send(message(view, content, shown.isEmpty ? .remove : .reply(ReplyKeyboard(rows: shown, isOneTime: view.isOneTime)))))
    }

    // MARK: Inline keyboards

    private mutating func emitInline(_ view: View, _ content: OutgoingMessage.Content, _ rows: [[ShownButton]]) throws(Interruption) {
        let isText = view.media == nil
        let target = editable(view, isText: isText)
        // A copy that shows another kind of thing now can't be changed into it.
        if redrawing != nil, target == nil { return }
        if redrawing == nil { press?.canEdit = false }
        var owner = view.owner
        // A question's buttons need to know which question it was, not what was answered before it.
        if let form = owner, form.kind == .form { owner = Frame(.form, form.name, asking: form.asking) }
        var shown = ShownKeyboard(number: state.nextKeyboard, owner: owner, content: 0, isText: isText, buttons: [])
        let keys = rows.map { row in row.map { button in inlineButton(button, &shown) } }
        shown.content = Self.fingerprint(content, view.parseMode, keys, shown.buttons, view.keyboard)
        // The same as before: the platform would refuse the edit, and the buttons in place go on working.
        if let target, target.content == shown.content {
            if let row = view.live { drawn.insert(row) }
            return
        }
        if let old = target?.keyboard { state.keyboards.removeAll { $0.number == old } }
        if !shown.buttons.isEmpty {
            state.nextKeyboard += 1
            remember(shown)
        }
        follow(view, shown, isText: isText, as: target?.message)
        // The keyboard of a question that is answered goes with the next message that can take it away.
        let leavesQuestion = keys.isEmpty && target == nil && state.menu?.owner.kind == .form && !isAskedByMenu
        if leavesQuestion { state.menu = nil }
        let message = message(view, content, leavesQuestion ? .remove : keys.isEmpty ? nil : .inline(keys))
        if let target {
            try append(.edit(target.message, message), isRepeatable: true)
        } else {
            try append(.send(message), receipt: view.live == nil ? .failures : .always)
        }
    }

    /// Whether the reply keyboard on display belongs to the question at hand.
    private var isAskedByMenu: Bool {
        guard let owner = state.menu?.owner, let frame = state.frames.last else { return false }
        return frame.kind == owner.kind && frame.name == owner.name && frame.asking == owner.asking
    }

    /// The message whose place the view takes; nil: it is a new one.
    private func editable(_ view: View, isText: Bool) -> Redraw? {
        if let redrawing { return redrawing.isText == isText ? redrawing : nil }
        guard let press, press.canEdit, let keyboard = press.keyboard, keyboard.isText == isText, let message = press.message else {
            return nil
        }
        return Redraw(message: message, keyboard: keyboard.number, content: keyboard.content, isText: isText)
    }

    /// Remembers a message that follows a row, and forgets that it followed another.
    private mutating func follow(_ view: View, _ shown: ShownKeyboard, isText: Bool, as message: MessageID?) {
        if let message { state.live.removeAll { $0.message == message } }
        // The answer to a tapped button tells the message sooner than its receipt.
        if message != nil, let number = redrawing?.keyboard ?? press?.keyboard?.number { state.live.removeAll { $0.keyboard == number } }
        guard let row = view.live, let frame = view.owner else { return }
        drawn.insert(row)
        state.remember(
            LiveCopy(
                row: row, frame: frame, message: message, command: message == nil ? nextEffect : nil,
                keyboard: shown.buttons.isEmpty ? nil : shown.number, content: shown.content, isText: isText))
    }

    private func inlineButton(_ button: ShownButton, _ shown: inout ShownKeyboard) -> InlineButton {
        switch button.action {
        case .stored(let stored):
            let key = ButtonKey(keyboard: shown.number, index: shown.buttons.count, owner: event.person?.id)
            shown.buttons.append(stored)
            return InlineButton(button.label, .data(key.data))
        case .url(let url): return InlineButton(button.label, .url(url))
        case .copy(let text): return InlineButton(button.label, .copyText(text))
        case .request, .text: return InlineButton(button.label, .copyText(button.label))
        }
    }

    private mutating func remember(_ keyboard: ShownKeyboard) {
        state.keyboards.append(keyboard)
        var total = state.keyboards.reduce(0) { $0 + $1.buttons.count }
        while state.keyboards.count > 1,
            state.keyboards.count > ConversationState.maximumKeyboards || total > ConversationState.maximumButtons
        {
            total -= state.keyboards.removeFirst().buttons.count
        }
    }

    /// Of everything that is visible and everything that the buttons do, but not of the keys themselves.
    private static func fingerprint(
        _ content: OutgoingMessage.Content, _ mode: ParseMode, _ keys: [[InlineButton]], _ buttons: [StoredButton],
        _ keyboard: Screen.KeyboardKind
    ) -> UInt64 {
        var writer = JSONWriter()
        writer.array {
            OutgoingMessage(content, parseMode: mode).write(to: &$0)
            for row in keys {
                $0.array {
                    for button in row {
                        $0.value(button.text)
                        if case .url(let url) = button.action { $0.value(url) }
                    }
                }
            }
            buttons.write(to: &$0)
        }
        return StableHash.of(writer.bytes)
    }
}

extension FileSource {
    fileprivate var isBlank: Bool {
        switch self {
        case .id(let text), .url(let text), .asset(let text), .stored(let text, _): text.allSatisfy(\.isWhitespace)
        }
    }
}
