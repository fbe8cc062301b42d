package import BotLanguage
import Contracts
package import JSON

/// A definition as frames, as far as it is made of what frames have: texts and files that are always the same, and buttons that lead
/// to other screens.
package struct FrameExport: Sendable {
    package let json: JSON
    /// What frames can't say and was left out; one line each.
    package let remarks: [String]

    package init(_ definition: Definition) {
        var remarks: [String] = []
        let home = definition.home
        let screens = definition.screens.values.sorted { ($0.name != home ? 1 : 0, $0.name) < ($1.name != home ? 1 : 0, $1.name) }
        let names = Set(screens.filter(Self.isFrame).map(\.name))
        var frames: [(name: String, members: [JSONObject.Member])] = []
        for screen in screens {
            guard names.contains(screen.name) else {
                remarks.append("the screen '\(screen.name)' shows something else each time, which frames can't")
                continue
            }
            frames.append((screen.name, Self.frame(screen, names, &remarks)))
        }
        for form in definition.forms.keys.sorted() { remarks.append("the form '\(form)' was left out: frames ask nothing") }
        var followers: [String: String] = [:]
        for handler in definition.handlers where !handler.isStart {
            if let next = handler.next, names.contains(next.screen), names.contains(next.target) {
                followers[next.screen] = next.target
                continue
            }
            remarks.append("the handler in line \(handler.position.line) was left out: frames have none")
        }
        let elements = frames.map { frame in
            JSON.object(JSONObject(frame.members + (followers[frame.name].map { [("nextFrameName", .string($0))] } ?? [])))
        }
        json = ["bot": ["name": .string(definition.bot)], "frames": .array(elements)]
        self.remarks = remarks
    }

    private static func isFrame(_ screen: Screen) -> Bool {
        let text = screen.content.text
        let isConstant = text == nil || text?.cases.count == 1 && text?.cases.first?.text.constant != nil
        return screen.parameters.isEmpty && screen.list == nil && isConstant && (screen.content.media == nil || file(screen) != nil)
    }

    private static func file(_ screen: Screen) -> String? {
        guard case .template(let template)? = screen.content.media?.source else { return nil }
        return template.constant
    }

    private static func frame(_ screen: Screen, _ names: Set<String>, _ remarks: inout [String]) -> [JSONObject.Member] {
        let text = screen.content.text?.cases.first?.text.constant
        var members: [JSONObject.Member] = [("name", .string(screen.name))]
        if let media = screen.content.media, let file = file(screen) {
            var content: [JSONObject.Member] = [("source", .string(file))]
            if let text { content.append(("caption", .string(text))) }
            members += [("type", .string(media.kind.rawValue)), (media.kind.rawValue, .object(JSONObject(content)))]
        } else {
            members += [("type", "text"), ("text", .string(text ?? ""))]
            if screen.content.showsPreview { members.append(("linkPreview", true)) }
        }
        switch screen.content.parseMode {
        case .none: break
        case .html: members.append(("parseMode", "HTML"))
        case .markdown: members.append(("parseMode", "MarkdownV2"))
        }
        let rows = screen.rows.map { row in JSON.array(row.buttons.compactMap { button($0, screen, names, &remarks) }) }
        if !rows.isEmpty { members.append(("markup", .array(rows.filter { $0.array?.isEmpty == false }))) }
        return members
    }

    private static func button(_ button: Button, _ screen: Screen, _ names: Set<String>, _ remarks: inout [String]) -> JSON? {
        if let label = button.label.constant, button.each == nil, button.access.isOpen {
            switch button.action {
            case .go(let target) where names.contains(target.name): return ["text": .string(label), "nextFrameName": .string(target.name)]
            case .url(let url): if let address = url.constant { return ["text": .string(label), "url": .string(address)] }
            default: break
            }
        }
        remarks.append("the button '\(button.label.source)' of '\(screen.name)' was left out: it does more than lead to a frame")
        return nil
    }
}

extension Handler {
    /// `/start`, which shows the first frame anyway.
    fileprivate var isStart: Bool {
        guard case .commands(["start"], _) = trigger, steps.count == 1, case .go? = steps.first?.kind else { return false }
        return true
    }

    /// What follows any message on a screen.
    fileprivate var next: (screen: String, target: String)? {
        guard case .message(["any"], nil) = trigger, access.roles.isEmpty, access.condition == nil, access.screens.count == 1,
            let screen = access.screens.first, steps.count == 1, case .go(let target)? = steps.first?.kind
        else { return nil }
        return (screen, target.name)
    }
}
