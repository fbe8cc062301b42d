package import CEL
package import JSON

/// A value that doesn't fit its field.
package struct ValueError: Error, Sendable, Hashable {
    package var message: String
}

/// Values of expressions <-> columns <-> the JSON in which a conversation keeps them.
package enum ValueMapping {
    package static func record(_ value: CELValue, _ type: ValueType) throws(ValueError) -> RecordValue {
        if value.isNull {
            guard type.isNullable else { throw ValueError(message: "null, but \(type.description) is wanted") }
            return .null
        }
        switch (type.type, value) {
        case (.string, .string(let text)), (.enumeration, .string(let text)):
            return .string(text.withoutNUL)
        case (.int, .int(let number)), (.money, .int(let number)): return .int(number)
        case (.number, .double(let number)): return .double(number)
        case (.number, .int(let number)): return .double(Double(number))
        case (.bool, .bool(let flag)): return .bool(flag)
        case (.date, .string(let text)):
            guard let days = CalendarText.days(text) else { throw ValueError(message: "a text that is no date such as '2026-01-31'") }
            return .date(days: days)
        case (.time, .string(let text)):
            guard let time = CalendarText.microseconds(text) else { throw ValueError(message: "a text that is no time such as '09:30'") }
            return .time(microseconds: time)
        case (.timestamp, .timestamp(let moment)):
            return .timestamp(microseconds: moment.seconds * 1_000_000 + Int64(moment.nanoseconds) / 1_000)
        case (.duration, .duration(let span)): return .duration(microseconds: span.nanoseconds / 1_000)
        case (.reference, .object(let row)):
            guard case .int(let id)? = row.id else { throw ValueError(message: "a row without an id") }
            return .int(id)
        case (.list, .list), (.record, _): return .json(try json(value, type))
        default: throw ValueError(message: "\(value.type), but \(type.description) is wanted")
        }
    }

    /// - Parameter row: makes a row of this collection known by its id alone.
    package static func cel(_ value: RecordValue, _ type: ValueType, row: (String, Int64) -> CELValue) -> CELValue {
        switch (type.type, value) {
        case (_, .null): .null
        case (.string, .string(let text)), (.enumeration, .string(let text)): .string(text)
        case (.int, .int(let number)), (.money, .int(let number)): .int(number)
        case (.number, .double(let number)): .double(number)
        case (.number, .int(let number)): .double(Double(number))
        case (.bool, .bool(let flag)): .bool(flag)
        case (.date, .date(let days)): .string(CalendarText.date(days: days))
        case (.time, .time(let microseconds)): .string(CalendarText.time(microseconds: microseconds))
        case (.timestamp, .timestamp(let microseconds)): timestamp(microseconds: microseconds)
        case (.duration, .duration(let microseconds)):
            .duration(CELDuration(nanoseconds: microseconds.multipliedReportingOverflow(by: 1_000).partialValue))
        case (.reference(let collection), .int(let id)): row(collection, id)
        case (.list, .json(let json)): cel(json, type, row: row) ?? .list([])
        case (.record, .json(let json)): cel(json, type, row: row) ?? .null
        default: .null
        }
    }

    package static func timestamp(microseconds: Int64) -> CELValue {
        var seconds = microseconds / 1_000_000
        var rest = microseconds % 1_000_000
        if rest < 0 {
            seconds -= 1
            rest += 1_000_000
        }
        return .timestamp(CELTimestamp(seconds: seconds, nanoseconds: Int32(rest * 1_000)))
    }

    /// As a conversation keeps it: rows by their id.
    package static func json(_ value: CELValue, _ type: ValueType) throws(ValueError) -> JSON {
        if case .list(let element) = type.type, case .list(let values) = value {
            var elements: [JSON] = []
            for value in values { elements.append(try json(value, ValueType(element))) }
            return .array(elements)
        }
        if case .record(let record) = type.type, !value.isNull { return try json(value, record) }
        switch try record(value, type) {
        case .null: return .null
        case .bool(let flag): return .bool(flag)
        case .int(let number), .timestamp(microseconds: let number), .duration(microseconds: let number): return .int(number)
        // As expressions see them, so that the database can look into lists and records.
        case .time(microseconds: let number): return .string(CalendarText.time(microseconds: number))
        case .date(days: let days): return .string(CalendarText.date(days: days))
        case .double(let number): return .double(number)
        case .string(let text): return .string(text)
        case .json(let json): return json
        }
    }

    /// A value with named parts: a record, or a map with the same names.
    private static func json(_ value: CELValue, _ type: RecordType) throws(ValueError) -> JSON {
        var members: [JSONObject.Member] = []
        for part in type.parts {
            let own: CELValue
            switch value {
            case .object(let object): own = object[part.name] ?? .null
            case .map(let map): own = map[.string(part.name)] ?? .null
            default: throw ValueError(message: "\(value.type), but \(type.name) is wanted")
            }
            if own.isNull, part.type.isNullable { continue }
            do throws(ValueError) { members.append((part.name, try json(own, part.type))) } catch {
                throw ValueError(message: "a record whose '\(part.name)' is \(error.message)")
            }
        }
        return .object(JSONObject(members))
    }

    /// Nil when it isn't of this type: the definition has changed since it was kept.
    package static func cel(_ json: JSON, _ type: ValueType, row: (String, Int64) -> CELValue) -> CELValue? {
        if json.isNull { return type.isNullable ? .null : nil }
        let value: RecordValue
        switch type.type {
        case .string, .enumeration:
            guard let text = json.string else { return nil }
            value = .string(text)
        case .int, .money, .reference:
            guard let number = json.int else { return nil }
            value = .int(number)
        case .duration:
            guard let number = json.int else { return nil }
            value = .duration(microseconds: number)
        case .number:
            guard let number = json.double else { return nil }
            value = .double(number)
        case .bool:
            guard let flag = json.bool else { return nil }
            value = .bool(flag)
        case .timestamp:
            guard let number = json.int else { return nil }
            value = .timestamp(microseconds: number)
        case .time:
            // A number in what an earlier release has kept.
            guard let number = json.string.flatMap(CalendarText.microseconds) ?? json.int, (0..<86_400_000_000).contains(number) else {
                return nil
            }
            value = .time(microseconds: number)
        case .date:
            guard let number = json.string.flatMap(CalendarText.days) ?? json.int.flatMap({ Int32(exactly: $0) }) else { return nil }
            value = .date(days: number)
        case .list(let element):
            guard let elements = json.array else { return nil }
            var values: [CELValue] = []
            for json in elements {
                guard let value = cel(json, ValueType(element), row: row) else { return nil }
                values.append(value)
            }
            return .list(values)
        case .record(let record):
            guard let object = json.object else { return nil }
            var values: [String: CELValue] = [:]
            for part in record.parts {
                guard let value = cel(object[part.name] ?? .null, part.type, row: row) else { return nil }
                values[part.name] = value
            }
            return record.object(values)
        }
        return cel(value, type, row: row)
    }

    /// The limits of a field, as the database would want them kept.
    package static func check(_ value: CELValue, _ bounds: Bounds, _ type: FieldType) throws(ValueError) {
        let measure: Double
        switch value {
        case .string(let text) where type == .date || type == .time:
            // One that is malformed is refused elsewhere.
            guard let place = Bounds.measure(text, type) else { return }
            measure = place
        case .timestamp(let moment): measure = Double(moment.seconds)
        case .duration(let span): measure = Double(span.nanoseconds)
        case .int(let number): measure = Double(number)
        case .double(let number): measure = number
        case .string(let text): measure = Double(text.unicodeScalars.count)
        case .list(let values): measure = Double(values.count)
        default: return
        }
        if let minimum = bounds.minimum, measure < minimum { throw ValueError(message: "below its 'min'") }
        if let maximum = bounds.maximum, measure > maximum { throw ValueError(message: "beyond its 'max'") }
    }
}

// Values whose type is inferred: variables of `each`, keys of an order.
extension ValueType {
    /// Nil for types that a conversation can't keep, such as maps.
    package init?(_ type: CELType, collections: Set<String>, records: [String: RecordType] = [:]) {
        self.init(.string, isNullable: type.isNullable)
        switch type.unwrapped {
        case .string: self.type = .string
        case .int: self.type = .int
        case .double: self.type = .number
        case .bool: self.type = .bool
        case .timestamp: self.type = .timestamp
        case .duration: self.type = .duration
        case .enumeration(let name): self.type = .enumeration(name)
        case .object(let name) where collections.contains(name): self.type = .reference(name)
        case .object(let name):
            guard let record = records[name] else { return nil }
            self.type = .record(record)
        case .list(let element):
            guard let inner = ValueType(element, collections: collections, records: records), !inner.isNullable else { return nil }
            self.type = .list(inner.type)
        default: return nil
        }
    }
}

extension String {
    /// PostgreSQL's text and jsonb can't hold it.
    package var withoutNUL: String {
        utf8.contains(0) ? unicodeScalars.reduce(into: "") { if $1.value != 0 { $0.unicodeScalars.append($1) } } : self
    }
}
