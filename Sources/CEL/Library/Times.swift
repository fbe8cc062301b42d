extension CELLibrary {
    /// Parts of timestamps, in UTC or in a named zone, and of durations.
    static let times: [CELFunction] = [
        part("getFullYear", "The year.") { $0.year },
        part("getMonth", "The month, counted from 0.") { $0.month - 1 },
        part("getDate", "The day of the month, counted from 1.") { $0.day },
        part("getDayOfMonth", "The day of the month, counted from 0.") { $0.day - 1 },
        part("getDayOfWeek", "The day of the week, counted from 0, Sunday first.") { $0.dayOfWeek },
        part("getDayOfYear", "The day of the year, counted from 0.") { $0.dayOfYear },
        part("getHours", "The hour; of a duration, all of its whole hours.", duration: 3_600_000_000_000) { $0.hour },
        part("getMinutes", "The minute; of a duration, all of its whole minutes.", duration: 60_000_000_000) { $0.minute },
        part("getSeconds", "The second; of a duration, all of its whole seconds.", duration: 1_000_000_000) { $0.second },
        CELFunction(
            "getMilliseconds", documentation: "The milliseconds beyond the whole second.",
            .receiver([.timestamp], returns: .int, .unary { .int(Int64(try $0.asTimestamp().nanoseconds / 1_000_000)) }),
            .receiver(
                [.timestamp, .string], returns: .int,
                .binary { time, zone in
                    _ = try CELTimeZone.named(try zone.asString())
                    return .int(Int64(try time.asTimestamp().nanoseconds / 1_000_000))
                }),
            .receiver(
                [.duration], returns: .int, .unary { .int(try $0.asDuration().nanoseconds % 1_000_000_000 / 1_000_000) })),
    ]

    private static func part(
        _ name: String, _ documentation: String, duration unit: Int64? = nil, _ read: @escaping @Sendable (CivilDate) -> Int
    ) -> CELFunction {
        var overloads: [CELOverload] = [
            .receiver(
                [.timestamp], returns: .int, .unary { .int(Int64(read(CivilDate(seconds: try $0.asTimestamp().seconds)))) }),
            .receiver(
                [.timestamp, .string], returns: .int,
                .binary { time, zone in
                    let seconds = try time.asTimestamp().seconds
                    let offset = try CELTimeZone.named(try zone.asString()).offset(at: seconds)
                    return .int(Int64(read(CivilDate(seconds: seconds + Int64(offset)))))
                }),
        ]
        if let unit {
            overloads.append(.receiver([.duration], returns: .int, .unary { .int(try $0.asDuration().nanoseconds / unit) }))
        }
        return CELFunction(name, documentation: documentation, overloads: overloads)
    }
}
