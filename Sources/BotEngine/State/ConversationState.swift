package import JSON

/// Where one person in one chat stands: which screens and forms are open, and what the buttons that were shown do.
///
/// Everything is kept under the author's names, never by position, so that it outlives a new version of the
/// definition. What can't be found there any more is dropped and the person is taken home.
public struct ConversationState: Sendable, Hashable {
    /// Open screens and forms, the visible one last. Each screen stands here at most once.
    package var frames: [Frame]
    /// Inline keyboards that were shown, the newest last; see ``maximumKeyboards``.
    package var keyboards: [ShownKeyboard]
    /// The reply keyboard that the person sees now.
    package var menu: ShownMenu?
    /// Counts the keyboards, so that an old one's keys never mean something new.
    package var nextKeyboard: Int64
    /// Polls whose names the receipts will tell, the newest last.
    package var polls: [SentPoll] = []
    /// Messages that follow a row, the newest last; see ``maximumCopies``.
    package var live: [LiveCopy] = []
    /// Of the definition that wrote it, as the registry counts them; 0: none was published yet.
    package var version = 0
    /// Who came and went of late.
    package var comings: [Coming] = []
    /// The album of which a form took a part; the others are no answers.
    package var album: String?
    /// Operations whose end is waited for, the newest last.
    package var pending: [PendingOperation] = []

    /// A conversation that hasn't begun.
    public init() {
        frames = []
        keyboards = []
        menu = nil
        nextKeyboard = 1
    }

    /// Buttons of older keyboards answer kindly and show the current screen.
    package static let maximumKeyboards = 20
    /// Over all keyboards: what is stored for a conversation stays in the tens of kilobytes.
    package static let maximumButtons = 400
    package static let maximumFrames = 32
}

/// An open screen or form.
package struct Frame: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable { case screen, form }

    package var kind: Kind
    package var name: String
    /// By the declared names; rows by their id.
    package var arguments: JSONObject
    /// A screen's place in its list; nil: the beginning.
    package var list: ListPosition?
    /// A form's answers so far, by field; null for a skipped one.
    package var answers: JSONObject
    /// The question whose answer is awaited, as ``QuestionPath`` writes it; nil for screens.
    package var asking: String?
    /// Of a form's fields with `each`, how far they are.
    package var rounds: [String: FormRounds] = [:]
    /// The questions that were answered, the newest last.
    package var asked: [String] = []

    package init(
        _ kind: Kind, _ name: String, arguments: JSONObject = JSONObject(), list: ListPosition? = nil,
        answers: JSONObject = JSONObject(), asking: String? = nil
    ) {
        self.kind = kind
        self.name = name
        self.arguments = arguments
        self.list = list
        self.answers = answers
        self.asking = asking
    }
}

/// A place in a list that is paged by key.
package struct ListPosition: Sendable, Hashable {
    package enum Side: String, Sendable, Hashable {
        /// The row with this key and those behind it.
        case from
        case after
        case before
    }

    package var side: Side
    /// The values of the order's keys, the row's id last.
    package var key: [JSON]

    package init(side: Side, key: [JSON]) {
        self.side = side
        self.key = key
    }
}

/// The buttons that one message carries.
package struct ShownKeyboard: Sendable, Hashable {
    package var number: Int64
    /// The screen or form whose message it is; nil for a message without one.
    package var owner: Frame?
    /// A fingerprint of what was shown: an edit that changes nothing is spared.
    package var content: UInt64
    /// Only messages of the same kind can be edited into each other.
    package var body: MessageBody
    package var buttons: [StoredButton]
}

/// What a shown button does.
package struct StoredButton: Sendable, Hashable {
    package enum Action: Sendable, Hashable {
        case go(screen: String, JSONObject)
        case call(form: String, JSONObject)
        case back
        /// The steps of the button with this identity; see `Button.identity`.
        case steps
        /// What the handler of buttons of this name does.
        case handle(button: String, JSONObject)
        case page(ListPosition)
        /// An answer to the form's question.
        case choose(JSON)
        case skip
        case cancel
        /// Back to the question before.
        case previous
    }

    package var action: Action
    /// Which button of the owner it is; nil for buttons that the engine adds itself.
    package var identity: String?
    /// The values of `each` and of the list's row when the button was shown.
    package var values: JSONObject

    package init(_ action: Action, identity: String? = nil, values: JSONObject = JSONObject()) {
        self.action = action
        self.identity = identity
        self.values = values
    }
}

/// The reply keyboard on display.
package struct ShownMenu: Sendable, Hashable {
    package var owner: Frame
    package var labels: [String]
    package var buttons: [StoredButton]
}
