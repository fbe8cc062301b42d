public import JSON

/// A poll or quiz as it stands now.
public struct Poll: Sendable, Hashable, JSONCodable {
    public struct Option: Sendable, Hashable, JSONCodable {
        public var text: String
        public var votes: Int

        public init(text: String, votes: Int = 0) {
            self.text = text
            self.votes = votes
        }

        public init(json: JSON) throws(JSONError) {
            text = try json.required("text")
            votes = try json.optional("votes") ?? 0
        }

        public func write(to json: inout JSONWriter) {
            json.object {
                $0.member("text", text)
                $0.member("votes", votes)
            }
        }
    }

    public var id: String
    public var question: String
    public var options: [Option]
    public var isClosed: Bool
    public var isAnonymous: Bool
    public var isQuiz: Bool
    public var allowsSeveralAnswers: Bool
    /// Indexes of a quiz's right options; empty when the platform doesn't tell.
    public var correctOptions: [Int]

    public init(
        id: String, question: String, options: [Option], isClosed: Bool = false, isAnonymous: Bool = true, isQuiz: Bool = false,
        allowsSeveralAnswers: Bool = false, correctOptions: [Int] = []
    ) {
        self.id = id
        self.question = question
        self.options = options
        self.isClosed = isClosed
        self.isAnonymous = isAnonymous
        self.isQuiz = isQuiz
        self.allowsSeveralAnswers = allowsSeveralAnswers
        self.correctOptions = correctOptions
    }

    public init(json: JSON) throws(JSONError) {
        id = try json.required("id")
        question = try json.required("question")
        options = try json.list("options")
        isClosed = try json.optional("closed") ?? false
        isAnonymous = try json.optional("anonymous") ?? true
        isQuiz = try json.optional("quiz") ?? false
        allowsSeveralAnswers = try json.optional("several_answers") ?? false
        correctOptions = try json.list("correct_options")
    }

    public func write(to json: inout JSONWriter) {
        json.object {
            $0.member("id", id)
            $0.member("question", question)
            $0.member("options", options)
            $0.member("closed", isClosed)
            $0.member("anonymous", isAnonymous)
            $0.member("quiz", isQuiz)
            $0.member("several_answers", allowsSeveralAnswers)
            if !correctOptions.isEmpty { $0.member("correct_options", correctOptions) }
        }
    }
}

/// What somebody chose in a poll that isn't anonymous.
public struct PollAnswer: Sendable, Hashable, JSONCodable {
    public var poll: String
    /// Indexes of the chosen options; empty when the vote was taken back.
    public var options: [Int]
    /// What the bot remembers of the poll: an answer comes without a chat and is handed on, with this, to where the poll
    /// stands. Nil as the platform tells it.
    public var asked: AskedPoll?

    public init(poll: String, options: [Int], asked: AskedPoll? = nil) {
        self.poll = poll
        self.options = options
        self.asked = asked
    }

    public init(json: JSON) throws(JSONError) {
        poll = try json.required("poll")
        options = try json.list("options")
        asked = try json.optional("asked")
    }

    public func write(to json: inout JSONWriter) {
        json.object {
            $0.member("poll", poll)
            $0.member("options", options)
            $0.member("asked", asked)
        }
    }
}

/// A poll of a definition's screen, as it was sent.
public struct AskedPoll: Sendable, Hashable, JSONCodable {
    /// As the definition calls it.
    public var screen: String
    /// Those of the screen, by name; rows by their id.
    public var arguments: JSONObject
    /// What could be chosen.
    public var options: [String]
    /// Which of them is right; nil for a poll that is no quiz.
    public var correctOption: Int?

    public init(screen: String, arguments: JSONObject = JSONObject(), options: [String], correctOption: Int? = nil) {
        self.screen = screen
        self.arguments = arguments
        self.options = options
        self.correctOption = correctOption
    }

    public init(json: JSON) throws(JSONError) {
        screen = try json.required("screen")
        arguments = json["arguments"]?.object ?? JSONObject()
        options = try json.list("options")
        correctOption = try json.optional("correct_option")
    }

    public func write(to json: inout JSONWriter) {
        json.object {
            $0.member("screen", screen)
            if !arguments.isEmpty { $0.member("arguments", JSON.object(arguments)) }
            $0.member("options", options)
            $0.member("correct_option", correctOption)
        }
    }
}

/// An animated emoji with the value it shows.
public struct Dice: Sendable, Hashable, JSONCodable {
    public var emoji: String
    public var value: Int

    public init(emoji: String, value: Int) {
        self.emoji = emoji
        self.value = value
    }

    public init(json: JSON) throws(JSONError) {
        emoji = try json.required("emoji")
        value = try json.required("value")
    }

    public func write(to json: inout JSONWriter) {
        json.object {
            $0.member("emoji", emoji)
            $0.member("value", value)
        }
    }
}
