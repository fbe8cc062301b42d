package import CEL

/// What a message's text must look like, and what is taken from it.
package struct MessagePattern: Sendable {
    package let pattern: CELPattern
    package let source: String
    /// Of the variable `match`: the named groups, those that may take no part nullable.
    package let record: CELRecord

    /// - Throws: what is wrong with the pattern.
    package init(_ source: String) throws(CELError) {
        self.source = source
        let pattern = try CELPattern(source)
        self.pattern = pattern
        record = CELRecord(
            name: Self.recordName,
            fields: pattern.groups.map { CELRecord.Field($0.name, $0.isCertain ? .string : CELType.string.orNull) })
    }

    package static let recordName = "Match"
    package static let variable = "match"

    /// The value of `match`; nil: the text isn't like that.
    package func match(_ text: String) throws(CELError) -> CELValue? {
        guard let found = try pattern.firstMatch(in: text) else { return nil }
        return .object(
            CELObject(shape: record.shape, values: record.fields.map { field in found[field.name].map { .string($0) } ?? .null }))
    }
}

extension Handler.MembershipTrigger {
    /// For people who read the definition.
    package var title: String {
        switch self {
        case .joinPeople: "people join"
        case .joinBot: "the bot joins"
        case .leavePeople: "people leave"
        case .leaveBot: "the bot leaves"
        case .blocked: "blocked"
        case .unblocked: "unblocked"
        }
    }

    /// Whether nothing can be sent to where it happened.
    package var isDeaf: Bool { self == .blocked || self == .leaveBot }
}

extension Definition {
    /// Whether some handler answers this.
    package func answers(_ change: Handler.MembershipTrigger) -> Bool {
        handlers.contains { handler in
            if case .membership(change) = handler.trigger { true } else { false }
        }
    }
}
