public import JSON

/// A message to be sent, or what an existing one is to become.
public struct OutgoingMessage: Sendable, Hashable {
    public var content: Content
    /// How texts and captions are marked up.
    public var parseMode: ParseMode
    public var keyboard: Keyboard?
    /// Whether the first link in the text shows a preview.
    public var showsLinkPreview: Bool
    /// Arrives without a sound.
    public var isSilent: Bool
    /// Can't be forwarded or saved.
    public var isProtected: Bool
    public var replyTo: MessageID?

    public enum Content: Sendable, Hashable {
        case text(String)
        case media(MediaKind, FileSource, caption: String?)
        /// 2–10 files shown as one.
        case album([AlbumItem])
        case location(Location)
        case venue(Venue)
        case contact(Contact)
        case poll(OutgoingPoll)
        /// An animated emoji; nil is the platform's usual die.
        case dice(emoji: String?)
    }

    public init(
        _ content: Content, parseMode: ParseMode = .none, keyboard: Keyboard? = nil, showsLinkPreview: Bool = true,
        isSilent: Bool = false, isProtected: Bool = false, replyTo: MessageID? = nil
    ) {
        self.content = content
        self.parseMode = parseMode
        self.keyboard = keyboard
        self.showsLinkPreview = showsLinkPreview
        self.isSilent = isSilent
        self.isProtected = isProtected
        self.replyTo = replyTo
    }
}

/// One file of an album.
public struct AlbumItem: Sendable, Hashable, JSONCodable {
    /// Photo, video, audio or document; audio and documents don't mix with others.
    public var kind: MediaKind
    public var file: FileSource
    public var caption: String?

    public init(kind: MediaKind, file: FileSource, caption: String? = nil) {
        self.kind = kind
        self.file = file
        self.caption = caption
    }

    public init(json: JSON) throws(JSONError) {
        kind = try json.required("type")
        file = try json.required("file")
        caption = try json.optional("caption")
    }

    public func write(to json: inout JSONWriter) {
        json.object {
            $0.member("type", kind)
            $0.member("file", file)
            $0.member("caption", caption)
        }
    }
}

/// A poll to be sent.
public struct OutgoingPoll: Sendable, Hashable, JSONCodable {
    public var question: String
    public var options: [String]
    public var isAnonymous: Bool
    public var allowsSeveralAnswers: Bool
    /// The right option's index makes it a quiz.
    public var correctOption: Int?
    /// Shown to who chose a wrong option of a quiz.
    public var explanation: String?

    public init(
        question: String, options: [String], isAnonymous: Bool = true, allowsSeveralAnswers: Bool = false, correctOption: Int? = nil,
        explanation: String? = nil
    ) {
        self.question = question
        self.options = options
        self.isAnonymous = isAnonymous
        self.allowsSeveralAnswers = allowsSeveralAnswers
        self.correctOption = correctOption
        self.explanation = explanation
    }

    public init(json: JSON) throws(JSONError) {
        question = try json.required("question")
        options = try json.required("options")
        isAnonymous = try json.optional("anonymous") ?? true
        allowsSeveralAnswers = try json.optional("several_answers") ?? false
        correctOption = try json.optional("correct_option")
        explanation = try json.optional("explanation")
    }

    public func write(to json: inout JSONWriter) {
        json.object {
            $0.member("question", question)
            $0.member("options", options)
            $0.member("anonymous", isAnonymous)
            $0.member("several_answers", allowsSeveralAnswers)
            $0.member("correct_option", correctOption)
            $0.member("explanation", explanation)
        }
    }
}

extension OutgoingMessage: JSONCodable {
    public init(json: JSON) throws(JSONError) {
        content = try Content(json: json)
        parseMode = try json.optional("parse_mode") ?? .none
        keyboard = try json.optional("keyboard")
        showsLinkPreview = try json.optional("link_preview") ?? true
        isSilent = try json.optional("silent") ?? false
        isProtected = try json.optional("protected") ?? false
        replyTo = try json.optional("reply_to")
    }

    public func write(to json: inout JSONWriter) {
        json.object {
            $0.member("type", content.type)
            content.writeMembers(to: &$0)
            if parseMode != .none { $0.member("parse_mode", parseMode) }
            $0.member("keyboard", keyboard)
            if !showsLinkPreview { $0.member("link_preview", false) }
            if isSilent { $0.member("silent", true) }
            if isProtected { $0.member("protected", true) }
            $0.member("reply_to", replyTo)
        }
    }
}

extension OutgoingMessage.Content {
    /// The name of the kind of content: a ``MediaKind``, `text`, `album`…
    public var type: String {
        switch self {
        case .text: "text"
        case .media(let kind, _, _): kind.rawValue
        case .album: "album"
        case .location: "location"
        case .venue: "venue"
        case .contact: "contact"
        case .poll: "poll"
        case .dice: "dice"
        }
    }

    fileprivate init(json: JSON) throws(JSONError) {
        let type: String = try json.required("type")
        switch type {
        case "text": self = .text(try json.required("text"))
        case "album": self = .album(try json.required("items"))
        case "location": self = .location(try json.required("location"))
        case "venue": self = .venue(try json.required("venue"))
        case "contact": self = .contact(try json.required("contact"))
        case "poll": self = .poll(try json.required("poll"))
        case "dice": self = .dice(emoji: try json.optional("emoji"))
        default:
            guard let kind = MediaKind(rawValue: type) else {
                throw JSONError(.value, "is no known kind of content", path: ["type"])
            }
            self = .media(kind, try json.required("file"), caption: try json.optional("caption"))
        }
    }

    fileprivate func writeMembers(to json: inout JSONWriter) {
        switch self {
        case .text(let text): json.member("text", text)
        case .media(_, let file, let caption):
            json.member("file", file)
            json.member("caption", caption)
        case .album(let items): json.member("items", items)
        case .location(let location): json.member("location", location)
        case .venue(let venue): json.member("venue", venue)
        case .contact(let contact): json.member("contact", contact)
        case .poll(let poll): json.member("poll", poll)
        case .dice(let emoji): json.member("emoji", emoji)
        }
    }
}
