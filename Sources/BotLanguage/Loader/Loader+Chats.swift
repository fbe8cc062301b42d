import CEL
import Contracts

// What belongs to a chat as a whole, and answers to polls.
extension Loader {
    /// A poll that some screen shows.
    struct PollScreen {
        var isAnonymous: Bool
        var isQuiz: Bool
    }

    /// A step that shows a screen to chats.
    struct ChatTarget {
        var screen: String
        var node: Node
    }

    /// What handlers of polls see as `answer`.
    static let pollAnswers = [
        CELRecord(name: "PollAnswer", fields: [.init("options", .list(.int)), .init("texts", .list(.string))]),
        CELRecord(
            name: "QuizAnswer", fields: [.init("options", .list(.int)), .init("texts", .list(.string)), .init("correct", .bool)]),
    ]

    // MARK: Screens

    /// Checks what goes together with the content of a screen, and remembers its poll.
    func checkMedium(_ content: Content, _ fields: Fields, of screen: String) {
        if case .album? = content.medium {
            for key in ["buttons", "keyboard"] {
                guard let node = fields.key(key) else { continue }
                report("buttons can't stand under an album", at: node, suggestion: "show them in a message of their own")
            }
        }
        if case .poll(let poll)? = content.medium {
            pollScreens[screen] = PollScreen(isAnonymous: poll.isAnonymous, isQuiz: poll.correct != nil)
        }
        if let node = fields["live"], !content.isEditable, let kind = content.medium?.kind ?? content.media?.kind.rawValue {
            report("'\(kind)' can't be changed once it is sent, so the screen can't be live", at: node)
        }
    }

    func press(_ fields: Fields, _ keyboard: Screen.KeyboardKind) -> Screen.Press {
        guard let node = fields["press"],
            let press = word(node, "'press'", of: Screen.Press.allCases.map(\.rawValue)).flatMap(Screen.Press.init)
        else { return .owner }
        if press == .everyone, keyboard != .inline, let key = fields.key("press") {
            report("'press: everyone' is about buttons under a message, and this screen has another keyboard", at: key)
        }
        return press
    }

    /// A screen that a chat has in common is drawn for nobody in particular when its row changes.
    func checkCommon(_ screen: Screen, _ fields: Fields) {
        guard screen.press == .everyone, screen.live != nil, let mention = screen.mention(of: "user"), let node = fields["live"] else {
            return
        }
        report(
            "a screen with 'press: everyone' is drawn for the whole chat when its row changes, and this one depends on 'user'", at: node,
            suggestion: "see line \(mention.line)")
    }

    /// What is shown to chats must be made for them. Known when all screens have been read.
    func checkChatTargets(_ screens: [String: Screen]) {
        for target in chatTargets {
            guard let screen = screens[target.screen] else { continue }
            if screen.press != .everyone {
                report(
                    "the buttons of '\(target.screen)' belong to one person, so it can't be shown to a chat", at: target.node,
                    suggestion: "add 'press: everyone' to the screen")
            } else if let mention = screen.mention(of: "user") {
                report(
                    "'\(target.screen)' depends on 'user', and a chat is nobody", at: target.node, suggestion: "see line \(mention.line)")
            }
        }
    }

    // MARK: Recipients

    /// Whether a value is a chat, or several.
    static func isChat(_ type: CELType) -> Bool {
        let chat = CELType.object(RecordType.chat.name)
        return type.unwrapped == chat || type == .list(chat)
    }

    // MARK: Handlers

    /// `poll: screen`; what the handler sees, nil when there is no such poll.
    func pollScope(_ node: Node, _ scope: Scope) -> (screen: String, scope: Scope)? {
        guard let name = text(node, "the name of a screen") else { return nil }
        guard let parameters = screenSignatures[name] else {
            report(
                "there is no screen '\(name.prefix(60))'", at: node, suggestion: didYouMean(name, pollScreens.keys), code: .unknownName)
            return nil
        }
        guard let poll = pollScreens[name] else {
            // One whose poll is wrong has been reported.
            if diagnostics.isEmpty {
                report(
                    "'\(name)' shows no poll", at: node,
                    suggestion: pollScreens.isEmpty ? nil : "those that do are \(list(pollScreens.keys.sorted()))")
            }
            return nil
        }
        if poll.isAnonymous {
            report(
                "nobody knows who answers the poll of '\(name)', which is anonymous", at: node,
                suggestion: "add 'anonymous: false' to the poll")
        }
        if parameters.contains(where: { $0.name == "answer" }) {
            report("'\(name)' has an argument 'answer', which means what was chosen here", at: node, suggestion: "rename the argument")
        }
        return (name, scope.adding(parameters).adding("answer", .object(poll.isQuiz ? "QuizAnswer" : "PollAnswer")))
    }
}

extension Content {
    /// Whether a message that shows it can be edited into another of its kind: text into text, a file into a file.
    package var isEditable: Bool {
        if medium != nil { return false }
        return switch media?.kind {
        case nil, .photo, .audio, .document, .video, .animation: true
        case .voice, .sticker, .videoNote: false
        }
    }
}
