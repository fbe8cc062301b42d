import CEL

/// What expressions of definitions can call beyond the language's own library.
enum HostFunctions {
    static let all = [money, pick, date, time, cut] + TimeFunctions.all

    /// What translated texts are made with. No source can call them.
    static let ofTexts = [show, speaks, plural]
    static let showName = "@show"
    static let speaksName = "@speaks"
    static let pluralName = "@plural"

    /// Bound by the engine to a number that differs from evaluation to evaluation, and is the same on a repeat.
    static let seed = "@seed"

    private static let money = CELFunction(
        "money", documentation: "An amount in minor units as people write it: money(1250) is '12.50'.",
        .global(
            [.int], returns: .string,
            .unary { value in
                let amount = try value.asInt()
                let cents = amount.magnitude % 100
                return .string("\(amount < 0 ? "-" : "")\(amount.magnitude / 100).\(cents < 10 ? "0" : "")\(cents)")
            }))

    private static let pick = CELFunction(
        "pick", documentation: "One element of a list, by chance.",
        .global(
            [.list(.parameter("T"))], returns: .parameter("T"),
            .contextual { context, arguments in
                let values = try arguments.first?.asList() ?? []
                guard !values.isEmpty else { throw CELError(.invalidArgument, "pick() of an empty list") }
                var seed: UInt64 = 0
                if case .int(let number)? = try context.value(of: HostFunctions.seed) { seed = UInt64(bitPattern: number) }
                return values[Int(seed % UInt64(values.count))]
            }))

    private static let date = CELFunction(
        "date", documentation: "The day of a moment in UTC, as '2026-01-31'.",
        .global(
            [.timestamp], returns: .string,
            .unary { value in
                let moment = try value.asTimestamp()
                let days = (moment.seconds - (moment.seconds % 86_400 + 86_400) % 86_400) / 86_400
                return .string(CalendarText.date(days: Int32(days)))
            }))

    private static let time = CELFunction(
        "time", documentation: "The time of day of a moment in UTC, as '09:30'.",
        .global(
            [.timestamp], returns: .string,
            .unary { value in
                let moment = try value.asTimestamp()
                let rest = (moment.seconds % 86_400 + 86_400) % 86_400
                return .string(CalendarText.time(microseconds: rest / 60 * 60_000_000))
            }))

    private static let cut = CELFunction(
        "cut",
        documentation: "The text in at most so many characters as platforms count them, with '…' for what is left out: cut(p.name, 40).",
        .global(
            [.string, .int], returns: .string,
            .binary { text, limit in
                .string(ShownText.cut(try text.asString(), to: Int(clamping: try limit.asInt())))
            }))

    /// Any value as a text; which types may be shown is checked when the definition is loaded.
    private static let show = CELFunction(
        showName, .global([.parameter("T")], returns: .string, .unary { .string(ShownText.of($0)) }))

    private static let speaks = CELFunction(
        speaksName,
        .global(
            [.string], returns: .bool,
            .contextual { context, arguments in
                .bool(try context.value(of: Languages.variable) == arguments.first)
            }))

    /// The name of the form that a language takes with a number.
    private static let plural = CELFunction(
        pluralName,
        .global(
            [.string, .parameter("T")], returns: .string,
            .binary { language, number in
                guard let rules = PluralRules.of(try language.asString()), let number = ShownText.number(number) else {
                    throw CELError(.invalidArgument, "the form of a word needs a number")
                }
                return .string(rules.category(number).rawValue)
            }))
}
