import CEL

/// Where the fields of collections are found in a query.
struct SQLColumns: Sendable {
    let collections: [String: Collection]

    func row(_ variable: String, of collection: String, alias: String) -> SQLRow {
        let quoted = SQLName.quoted(alias)
        var fields: [String: SQLColumn] = [:]
        for field in collections[collection]?.fields ?? [] {
            fields[field.name] = Self.column("\(quoted).\(SQLName.quoted(field.name))", field.type.type)
        }
        return SQLRow(variable: variable, fields: fields, key: (text: "\(quoted).\"id\"", sqlType: "bigint"))
    }

    /// Days and times of day are texts in expressions, and so they are here, until they are compared.
    static func column(_ text: String, _ type: FieldType) -> SQLColumn {
        switch type {
        case .date: SQLColumn("to_char(\(text), 'YYYY-MM-DD')", "text", origin: CalendarText.dates(text))
        case .time:
            SQLColumn(
                "to_char(\(text), CASE WHEN extract(second FROM \(text)) = 0 THEN 'HH24:MI' ELSE 'HH24:MI:SS' END)", "text",
                origin: CalendarText.times(text))
        default: SQLColumn(text, type.column.rawValue)
        }
    }
}

// Columns of type date and time have the order of their texts.
extension CalendarText {
    static func dates(_ column: String) -> SQLOrigin {
        SQLOrigin(column, "date", exact: { text in days(text).map { date(days: $0) } == text ? text : "-infinity" }) { text, isAfter in
            first(in: firstDay...lastDay, { date(days: Int32($0)) }, text, isAfter).map { date(days: Int32($0)) } ?? "infinity"
        }
    }

    /// Of whole seconds, as people give them.
    static func times(_ column: String) -> SQLOrigin {
        return SQLOrigin(
            column, "time", exact: { own in microseconds(own).map { time(microseconds: $0) } == own ? own : "24:00" }
        ) { own, isAfter in
            first(in: 0...86_399, clock, own, isAfter).map(clock) ?? "24:00"
        }
    }

    private static func clock(_ second: Int) -> String { time(microseconds: Int64(second) * 1_000_000) }

    private static let firstDay = CivilDate.days(year: 1, month: 1, day: 1)
    private static let lastDay = CivilDate.days(year: 9999, month: 12, day: 31)

    /// By halving; nil when all texts are before.
    private static func first(in range: ClosedRange<Int>, _ text: (Int) -> String, _ wanted: String, _ isAfter: Bool) -> Int? {
        func isFound(_ index: Int) -> Bool {
            let own = text(index)
            return isAfter
                ? wanted.unicodeScalars.lexicographicallyPrecedes(own.unicodeScalars)
                : !own.unicodeScalars.lexicographicallyPrecedes(wanted.unicodeScalars)
        }
        var (low, high) = (range.lowerBound, range.upperBound + 1)
        while low < high {
            let middle = (low + high) / 2
            if isFound(middle) { high = middle } else { low = middle + 1 }
        }
        return low > range.upperBound ? nil : low
    }
}
