package import CEL
package import Contracts
package import JSON

/// A conversation that is to go as it is written: what people do, and what the bot must answer.
public struct ConversationTest: Sendable {
    /// As the author calls it; each name once in a file.
    public let name: String
    public let position: SourcePosition
    /// Where its clock begins.
    package let start: Timestamp
    /// Which element everything that is left to chance takes, modulo how many there are; nil: any, the same in every run.
    package let pick: Int?
    /// Everybody, in the order of their first mention.
    package let people: [TestPerson]
    /// Makes the rows that it begins with; sees those people who are there from the beginning under their names.
    package let rows: [Step]
    /// What the bot's owner has set, by the names of `config`; a list where several were written.
    package let config: [String: [String]]
    /// Whose title it is, and in which people talk unless a step says otherwise; nil: everybody talks to the bot alone.
    package let group: String?
    /// Whether it can be played against running processes, which have a clock of their own.
    package let isLive: Bool
    package let steps: [TestStep]
}

/// Somebody in a test.
package struct TestPerson: Sendable {
    package let name: String
    package let person: Person
    /// Values of the author's own fields of `users`.
    package let fields: [Step.Assignment]
    /// Whether they are known to the bot before the first step; else they are as soon as they do something.
    package let isKnown: Bool
}

/// What somebody does, or how time goes by, and what is to be seen then.
package struct TestStep: Sendable {
    package enum Action: Sendable {
        case person(String, TestAction)
        /// Milliseconds go by.
        case after(Int64)
        case at(Timestamp)
        /// A worker says something about what the bot has asked it for.
        case reply(Operation, Reply)
    }

    package enum Reply: Sendable {
        case progress(JSONObject)
        case result(JSONObject)
        case failure(OperationFailure)
    }

    /// Where something is seen.
    package enum Place: Sendable, Hashable {
        /// The person's own chat with the bot.
        case person(String)
        case group
    }

    /// Nil: it looks at what the step before caused.
    package let action: Action?
    /// Where it is done, and where its expectations without a name look; nil when it is nobody's.
    package let place: Place?
    package let expectations: [Expectation]
    package let position: SourcePosition
}

/// What a person does in a chat.
package enum TestAction: Sendable {
    /// A text; one that begins with `/` is a command.
    case say(String)
    case tap(Tap)
    case send(MediaKind, name: String, caption: String?)
    case location(Location)
    case venue(Venue)
    case contact(Contact)
    case dice(Dice)
    /// The indexes of the chosen options; none: the vote is taken back.
    case vote([Int], of: String?)
    /// These people come into the group, or the bot does when nil; who does it alone comes without being asked.
    case join([String]?)
    case leave([String]?)
    case block
    case unblock

    package struct Tap: Sendable {
        /// A label, or a position from 0.
        package let button: String
        /// Of a message with this text; nil: of the newest that has the button.
        package let message: String?
        package let position: SourcePosition
    }
}

/// Something that must hold after a step.
package struct Expectation: Sendable {
    package enum Kind: Sendable {
        /// What the bot showed last.
        case says(TextPattern)
        /// Everything that it showed since the step began.
        case saysAll([TextPattern])
        case toast(TextPattern)
        case buttons(ButtonPattern)
        /// The kinds of the newest messages: `photo`.
        case sends([String])
        case silence
        /// Whether what it showed last took the place of an older message.
        case edits(Bool)
        case holds(Expression)
    }

    package let kind: Kind
    /// Nil: it is about the data.
    package let place: TestStep.Place?
    package let position: SourcePosition
}

/// How a text must be. All that is given must hold.
package struct TextPattern: Sendable {
    package var exact: String?
    package var contains: [String] = []
    package var lacks: [String] = []
    /// A program over `text`, and its pattern.
    package var matches: (pattern: String, program: CELProgram)?

    package func holds(for text: String) -> Bool {
        if let exact, exact != text { return false }
        guard contains.allSatisfy(text.contains), !lacks.contains(where: text.contains) else { return false }
        guard let matches else { return true }
        return (try? matches.program.evaluate(CELBindings(["text": .string(text)])).asBool()) ?? false
    }

    /// For people: the text, or what is wanted of it.
    package var description: String {
        if let exact { return exact }
        var parts = contains.map { "contains: \($0)" } + lacks.map { "lacks: \($0)" }
        if let matches { parts.append("matches: \(matches.pattern)") }
        return parts.joined(separator: "\n")
    }
}

/// Which buttons there must be.
package enum ButtonPattern: Sendable {
    case rows([[String]])
    case flat([String])
    case some(contains: [String], lacks: [String])
}
