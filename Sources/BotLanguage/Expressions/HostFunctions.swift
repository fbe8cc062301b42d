import CEL

/// What expressions of definitions can call beyond the language's own library.
enum HostFunctions {
    static let all = [money, pick, date, time] + TimeFunctions.all

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
}
