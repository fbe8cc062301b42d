// Instants and spans of time, in microseconds.
extension Lowerer {
    /// The years the language has, and the instants just outside.
    private static let ages = (before: "timestamptz '0001-12-31 23:59:59.999999+00 BC'", after: "timestamptz '10000-01-01 00:00:00+00'")
    /// Just beyond what 64 bits of nanoseconds hold.
    private static let spans = (before: "interval '-2562047:47:16.854776'", after: "interval '2562047:47:16.854776'")

    private func within(_ text: String, _ bounds: (before: String, after: String)) -> String {
        "NULLIF(NULLIF(GREATEST(LEAST(\(text), \(bounds.after)), \(bounds.before)), \(bounds.after)), \(bounds.before))"
    }

    func moment(_ time: Lowered, _ span: Lowered, _ sign: String) -> Lowered {
        // A span that has days in it is added in UTC, where all have 24 hours; one that is passed has none.
        let text =
            span.parameter != nil
            ? "(\(time.text) \(sign) \(span.text))" : "((\(time.text) AT TIME ZONE 'UTC' \(sign) \(span.text)) AT TIME ZONE 'UTC')"
        return Lowered(text: within(text, Self.ages), type: .timestamp, sqlType: "timestamptz", canFail: true)
    }

    func span(_ left: Lowered, _ right: Lowered, _ sign: String) -> Lowered {
        Lowered(
            text: within("(\(left.text) \(sign) \(right.text))", Self.spans), type: .duration, sqlType: "interval", canFail: true)
    }

    func total(spans sum: String) -> String { within("COALESCE(\(sum), interval '0')", Self.spans) }

    mutating func text(ofTimestamp time: Lowered) -> String {
        let clock = Lowered(text: "(\(time.text) AT TIME ZONE 'UTC')", type: .timestamp, sqlType: "timestamp", canFail: time.canFail)
        return naming([clock]) { names in
            "to_char(\(names[0]), 'YYYY-MM-DD\"T\"HH24:MI:SS') || rtrim(to_char(\(names[0]), '.US'), '0.') || 'Z'"
        }
    }

    mutating func time(_ id: AST.ID, _ part: TimePart, _ arguments: [AST.ID]) throws(CELCompileError) -> Lowered {
        guard let first = arguments.first else { throw refuse(id, "this can't run in the database") }
        let value = try lower(first)
        if value.type == .duration {
            guard let text = part.ofSpan("extract(epoch FROM \(value.text))") else { throw refuse(id, "this can't run in the database") }
            return whole(text, canFail: value.canFail)
        }
        guard value.type == .timestamp else { throw refuse(id, "this can't run in the database") }
        var zone = Lowered(text: "'UTC'", type: .string, sqlType: "text")
        if arguments.count == 2 {
            if mentionsRows(arguments[1]) {
                // Names that PostgreSQL doesn't know would make the query fail, and signs mean the opposite.
                throw refuse(arguments[1], "in the database a time zone must be known before the query")
            }
            zone = try parameter(meaning(of: arguments[1]), as: "text") { value throws(CELError) in
                .string(try TimePart.postgresZone(try value.asString()))
            }
        }
        let text = part.ofClock("(\(value.text) AT TIME ZONE \(zone.text))")
        return whole(text, range: part.range, canFail: value.canFail || zone.canFail)
    }
}

/// A part of a date, of a time of day, or of a span: what `getFullYear` and its kin return.
struct TimePart: Sendable {
    private let name: String

    init?(_ name: String) {
        switch name {
        case "getFullYear", "getMonth", "getDate", "getDayOfMonth", "getDayOfWeek", "getDayOfYear", "getHours", "getMinutes", "getSeconds",
            "getMilliseconds":
            self.name = name
        default: return nil
        }
    }

    var range: WholeRange { name == "getFullYear" ? WholeRange(low: 0, high: 10_000) : WholeRange(low: 0, high: 999) }

    func ofClock(_ clock: String) -> String {
        switch name {
        // The year before 1 is 0 here and -1 there; no zone reaches further.
        case "getFullYear": "GREATEST(extract(year FROM \(clock)), CASE WHEN \(clock) IS NOT NULL THEN 0 END)::bigint"
        case "getMonth": "(extract(month FROM \(clock)) - 1)::bigint"
        case "getDate": "extract(day FROM \(clock))::bigint"
        case "getDayOfMonth": "(extract(day FROM \(clock)) - 1)::bigint"
        case "getDayOfWeek": "extract(dow FROM \(clock))::bigint"
        case "getDayOfYear": "(extract(doy FROM \(clock)) - 1)::bigint"
        case "getHours": "extract(hour FROM \(clock))::bigint"
        case "getMinutes": "extract(minute FROM \(clock))::bigint"
        case "getSeconds": "floor(extract(second FROM \(clock)))::bigint"
        default: "(floor(extract(milliseconds FROM \(clock)))::bigint % 1000)"
        }
    }

    /// - Parameter seconds: of the span, with decimals.
    func ofSpan(_ seconds: String) -> String? {
        switch name {
        case "getHours": "trunc(\(seconds) / 3600)::bigint"
        case "getMinutes": "trunc(\(seconds) / 60)::bigint"
        case "getSeconds": "trunc(\(seconds))::bigint"
        case "getMilliseconds": "(trunc(\(seconds) * 1000)::bigint % 1000)"
        default: nil
        }
    }

    /// A zone as PostgreSQL has it: an offset there says how far UTC is, not how far from UTC.
    ///
    /// - Throws: when there is no such zone.
    static func postgresZone(_ name: String) throws(CELError) -> String {
        _ = try CELTimeZone.named(name)
        guard name.utf8.contains(UInt8(ascii: ":")) else { return name == "Z" ? "UTC" : name }
        if name.hasPrefix("-") { return "+" + name.dropFirst() }
        return "-" + (name.hasPrefix("+") ? name.dropFirst() : name[...])
    }
}
