import CEL
package import Contracts

/// What a message shows beside texts and single files. None of it can be edited into something else.
package indirect enum Medium: Sendable {
    case album([AlbumEntry])
    case location(MapPoint)
    case venue(MapPoint, title: Template, address: Template)
    case contact(phone: Template, firstName: Template, lastName: Template?)
    case poll(PollDeclaration)
    /// The emoji.
    case dice(String)

    /// The key under which it is written.
    package var kind: String {
        switch self {
        case .album: "album"
        case .location: "location"
        case .venue: "venue"
        case .contact: "contact"
        case .poll(let poll): poll.correct == nil ? "poll" : "quiz"
        case .dice: "dice"
        }
    }
}

/// One file of an album, or one for each element of a list.
package struct AlbumEntry: Sendable {
    package let each: ListRange?
    package let kind: MediaKind
    package let source: Content.Media.Source
    package let caption: Template?
    package let position: SourcePosition

    package init(each: ListRange?, kind: MediaKind, source: Content.Media.Source, caption: Template?, position: SourcePosition) {
        self.each = each
        self.kind = kind
        self.source = source
        self.caption = caption
        self.position = position
    }
}

/// `x in list`
package struct ListRange: Sendable {
    package let variable: String
    package let values: Expression

    package init(variable: String, values: Expression) {
        self.variable = variable
        self.values = values
    }
}

/// Where something is.
package enum MapPoint: Sendable {
    case point(latitude: Expression, longitude: Expression)
    /// A value of the type `location`.
    case value(Expression)

    package var position: SourcePosition {
        switch self {
        case .point(let latitude, _): latitude.position
        case .value(let value): value.position
        }
    }
}

/// A poll or a quiz.
package struct PollDeclaration: Sendable {
    package struct Option: Sendable {
        package let each: ListRange?
        package let text: Template

        package init(each: ListRange?, text: Template) {
            self.each = each
            self.text = text
        }
    }

    package var question: Template
    package var options: [Option]
    package var isAnonymous: Bool
    package var allowsSeveralAnswers: Bool
    /// The index of the right option makes it a quiz.
    package var correct: Expression?
    package var explanation: Template?
    package var position: SourcePosition

    package init(
        question: Template, options: [Option], isAnonymous: Bool, allowsSeveralAnswers: Bool = false, correct: Expression? = nil,
        explanation: Template? = nil, position: SourcePosition
    ) {
        self.question = question
        self.options = options
        self.isAnonymous = isAnonymous
        self.allowsSeveralAnswers = allowsSeveralAnswers
        self.correct = correct
        self.explanation = explanation
        self.position = position
    }
}

/// Telegram's limits of what is neither text nor button, in UTF-16 units where texts are meant (Bot API 10.3).
package enum MediumLimits {
    package static let album = 2...10
    package static let question = 300
    package static let option = 100
    package static let options = 1...12
    package static let explanation = 200
    package static let explanationLines = 3
    package static let latitude = -90.0...90.0
    package static let longitude = -180.0...180.0
    /// The animated emoji that show a value by chance.
    package static let dice = ["🎲", "🎯", "🏀", "⚽", "🎳", "🎰"]
}

extension Expression {
    /// Whether its value depends on the variable, by what it asks of collections too.
    package func mentions(_ name: String) -> Bool {
        program.variables.contains(name)
            || subqueries.contains { query in
                switch query.source {
                case .rows(_, let rows): rows.mentions(name)
                case .query(let call): call.mentions(name)
                }
            }
    }
}

extension RowSource {
    func mentions(_ name: String) -> Bool {
        predicate?.expression.mentions(name) ?? false || order.contains { $0.expression.mentions(name) }
    }
}

extension QueryCall {
    func mentions(_ name: String) -> Bool { (name == "user" && query.seesPerson) || arguments.contains { $0.mentions(name) } }
}
