extension SQLLowering {
    /// Aggregates over the rows of a query or of a group, for expressions given to ``value(_:)``: `sum(m.kcal)`,
    /// `avg(m.kcal)`, `min(m.at)`, `max(m.at)`, `count()`, `count(m.kcal > 100)`. To be added to the functions of the
    /// environment; the interpreter can't run them.
    ///
    /// They mean what the functions of lists mean for the list of the group's values: a sum of none is 0; an average, a
    /// least and a greatest of none fail.
    public static let aggregates: [CELFunction] = [
        CELFunction("sum", documentation: "The sum over the rows.", overloads: [.int, .double, .duration].map { aggregate([$0], $0) }),
        CELFunction("avg", documentation: "The average over the rows.", overloads: [.int, .double].map { aggregate([$0], .double) }),
        CELFunction("min", documentation: "The least over the rows.", overloads: ordered.map { aggregate([$0], $0) }),
        CELFunction("max", documentation: "The greatest over the rows.", overloads: ordered.map { aggregate([$0], $0) }),
        CELFunction(
            "count", documentation: "How many rows, or how many for which the condition holds.", aggregate([], .int),
            aggregate([.bool], .int)),
    ]

    /// The same for queries whose author has to say what happens without values: what may be null is left out, and where that
    /// leaves none, `avg`, `min` and `max` are null. Groups have a row at least; without them there may be none at all. A row
    /// for which an argument fails makes the query fail. Of doubles the least and the greatest beside NaN are NaN.
    /// To be lowered by an ``SQLLowering`` that `isLenient`.
    ///
    /// - Parameter ofGroups: whether the rows are grouped, so that a value that is never null always has one.
    public static func lenientAggregates(ofGroups: Bool) -> [CELFunction] {
        func overloads(_ types: [CELType], _ result: (CELType) -> CELType) -> [CELOverload] {
            let plain = ofGroups ? types.map { aggregate([$0], result($0)) } : []
            return plain + types.map { aggregate([.nullable($0)], .nullable(result($0))) }
        }
        let sums: [CELType] = [.int, .double, .duration]
        let numbers: [CELType] = [.int, .double]
        let comparable = ordered.filter { $0 != .bytes }
        return [
            CELFunction(
                "sum", documentation: "The sum over the rows; 0 when there are none. Null is left out.",
                overloads: sums.map { aggregate([.nullable($0)], $0) }),
            CELFunction(
                "avg", documentation: "The average over the rows; null is left out.", overloads: overloads(numbers) { _ in .double }),
            CELFunction("min", documentation: "The least over the rows; null is left out.", overloads: overloads(comparable) { $0 }),
            CELFunction("max", documentation: "The greatest over the rows; null is left out.", overloads: overloads(comparable) { $0 }),
            CELFunction(
                "count", documentation: "How many rows, or how many for which the condition holds.", aggregate([], .int),
                aggregate([.bool], .int)),
        ]
    }

    private static let ordered: [CELType] = [.int, .double, .string, .bool, .bytes, .timestamp, .duration]

    private static func aggregate(_ parameters: [CELType], _ result: CELType) -> CELOverload {
        .global(parameters, returns: result, isPure: false, .none)
    }

    static func isAggregate(_ name: String, _ overloads: [CELOverload]) -> Bool {
        guard ["sum", "avg", "min", "max", "count"].contains(name) else { return false }
        return overloads.allSatisfy { overload in
            if case .none = overload.implementation { return overload.style == .global }
            return false
        }
    }
}

// Many values made one.
extension Lowerer {
    /// Over the rows of the query itself.
    mutating func aggregate(_ id: AST.ID, _ name: String, _ arguments: [AST.ID]) throws(CELCompileError) -> Lowered {
        guard allowsAggregates else { throw refuse(id, "'\(name)' over rows can't stand in a condition on a single row") }
        guard aggregateDepth == 0 else { throw refuse(id, "'\(name)' over rows can't stand inside another or in a subquery") }
        aggregateUse = id
        guard let argument = arguments.first else { return whole("count(*)", range: WholeRange(low: 0, high: .max), canFail: false) }
        aggregateDepth += 1
        defer { aggregateDepth -= 1 }
        var value = try lower(argument)
        if lowering.isLenient, value.canFail {
            // Nothing can be made of a group in which a row fails.
            value.text = SQLLowering.asserted(value)
            value.canFail = false
        }
        if name == "count" {
            let count = "count(*) FILTER (WHERE \(value.text))"
            return value.canFail
                ? whole("(CASE WHEN bool_or(\(value.text) IS NULL) THEN NULL ELSE \(count) END)", canFail: true)
                : whole(count, range: WholeRange(low: 0, high: .max), canFail: false)
        }
        let type = value.type.unwrapped
        if type == .int { value.text = number(value) }
        guard var result = aggregateText(name, type, value.text, order: "") else {
            throw refuse(id, "'\(name)' of \(value.type) can't run in the database")
        }
        if lowering.isLenient, name != "sum" {
            // A least or a greatest beside NaN is NaN, which is told apart from none.
            if type == .double, name != "avg" {
                let nan = "'NaN'::double precision"
                result.text = "(CASE WHEN bool_or(\(value.text) = \(nan)) THEN \(nan) ELSE \(name)(\(value.text)) END)"
            }
            result.canFail = false
            result.type = checked.type(of: id)
        }
        if value.canFail {
            result.text = "(CASE WHEN bool_or(\(value.text) IS NULL) THEN NULL ELSE \(result.text) END)"
            result.canFail = true
        }
        return result
    }

    /// - Parameters:
    ///   - value: never null where the aggregate doesn't fail.
    ///   - order: in which doubles are added up, so that the last digit is the interpreter's; empty where rows have none.
    func aggregateText(_ name: String, _ type: CELType, _ value: String, order: String) -> Lowered? {
        switch (name, type) {
        case ("sum", .int): return whole(total("sum(\(value))"), canFail: true)
        case ("sum", .double):
            return Lowered(text: "COALESCE(sum(\(value)\(order)), 0)", type: .double, sqlType: "double precision")
        case ("sum", .duration): return Lowered(text: total(spans: "sum(\(value))"), type: .duration, sqlType: "interval", canFail: true)
        case ("avg", .int), ("avg", .double):
            return Lowered(
                text: "avg(\(value)::double precision\(order))", type: .double, sqlType: "double precision", canFail: true)
        case ("min", .string), ("max", .string):
            return Lowered(text: "\(name)(\(value) COLLATE \"C\")", type: .string, sqlType: "text", canFail: true)
        case ("min", .bool), ("max", .bool):
            return Lowered(
                text: "\(name == "min" ? "bool_and" : "bool_or")(\(value))", type: .bool, sqlType: "boolean", canFail: true)
        case ("min", .double), ("max", .double):
            // Where NaN stands decides in the interpreter; rows have no place.
            return Lowered(
                text: "(CASE WHEN NOT bool_or(\(value) = 'NaN'::double precision) THEN \(name)(\(value)) END)", type: .double,
                sqlType: "double precision", canFail: true)
        case ("min", .int), ("max", .int): return whole("\(name)(\(value))", canFail: true)
        case ("min", .timestamp), ("max", .timestamp):
            return Lowered(text: "\(name)(\(value))", type: type, sqlType: "timestamptz", canFail: true)
        case ("min", .duration), ("max", .duration):
            return Lowered(text: "\(name)(\(value))", type: type, sqlType: "interval", canFail: true)
        default: return nil
        }
    }
}
