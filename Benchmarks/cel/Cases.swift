import CEL

/// One typical expression with what it is evaluated on, once as maps that tell the checker nothing, as other
/// implementations take them, and once as declared records.
struct Case {
    let name: String
    let expression: String
    /// The types of the variables, and their values, as records.
    let records: [String: (type: CELType, value: CELValue)]

    /// The same with maps in the place of the records.
    var maps: [String: (type: CELType, value: CELValue)] {
        records.mapValues { (Self.withoutRecords($0.type), Self.withoutRecords($0.value)) }
    }

    static let all = [
        Case(
            name: "guard", expression: #"user.age >= 18 && user.city in ["Moscow", "Omsk"] && !row.done"#,
            records: ["user": user, "row": row]),
        Case(
            name: "template part",
            expression: #""Hello, " + user.name + "! You have " + string(row.count) + (row.count == 1 ? " order" : " orders")"#,
            records: ["user": user, "row": row]),
        Case(
            name: "comprehension, 100 items",
            expression: "items.filter(i, i.price > 50.0 && i.qty > 0).map(i, i.price * double(i.qty))",
            records: ["items": items]),
        Case(name: "join, 100 items", expression: #"items.map(i, i.name).join(", ")"#, records: ["items": items]),
        Case(
            name: "dates",
            expression: #"now - timestamp(row.created) > duration("48h") && (now + duration("90m")).getHours() >= 9"#,
            records: ["now": (.timestamp, .timestamp(CELTimestamp(seconds: 1_795_262_400))), "row": row]),
    ]
}

// The values.
extension Case {
    static let userType = CELRecord(name: "users", fields: [.init("age", .int), .init("city", .string), .init("name", .string)])
    static let rowType = CELRecord(
        name: "rows", fields: [.init("done", .bool), .init("count", .int), .init("created", .string)])
    static let itemType = CELRecord(
        name: "items", fields: [.init("name", .string), .init("price", .double), .init("qty", .int)])

    private static let user = (
        CELType.object("users"),
        CELValue.object(userType.object(["age": .int(34), "city": .string("Omsk"), "name": .string("Ann")]))
    )
    private static let row = (
        CELType.object("rows"),
        CELValue.object(
            rowType.object(["done": .bool(false), "count": .int(3), "created": .string("2026-11-01T08:30:00Z")]))
    )
    private static let items = (
        CELType.list(.object("items")),
        CELValue.list(
            (0..<100).map { number in
                .object(
                    itemType.object([
                        "name": .string("item \(number)"), "price": .double(Double(number) * 1.5), "qty": .int(Int64(number % 7)),
                    ]))
            })
    )

    private static func withoutRecords(_ type: CELType) -> CELType {
        switch type {
        case .object: .map(.string, .dyn)
        default: type.mapArguments { withoutRecords($0) }
        }
    }

    private static func withoutRecords(_ value: CELValue) -> CELValue {
        switch value {
        case .list(let list): .list(list.map { withoutRecords($0) })
        case .object(let object):
            .map(CELMap(Dictionary(uniqueKeysWithValues: zip(object.shape.fields, object.values.map { withoutRecords($0) }))))
        default: value
        }
    }
}
