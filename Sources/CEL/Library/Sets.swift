extension CELLibrary {
    private static let anyList = CELType.list(.parameter("A"))

    /// Lists as sets.
    static let sets: [CELFunction] = [
        CELFunction(
            "sets.contains", documentation: "Whether the first list has every element of the second.",
            .global([anyList, anyList], returns: .bool, .binary { .bool(try covers(try $0.asList(), try $1.asList())) })),
        CELFunction(
            "sets.equivalent", documentation: "Whether each list has every element of the other.",
            .global(
                [anyList, anyList], returns: .bool,
                .binary { first, second in
                    let (first, second) = (try first.asList(), try second.asList())
                    return .bool(try covers(first, second) && covers(second, first))
                })),
        CELFunction(
            "sets.intersects", documentation: "Whether the lists have an element in common.",
            .global(
                [anyList, anyList], returns: .bool,
                .binary { first, second in
                    let known = try elements(try first.asList())
                    _ = try elements(try second.asList())
                    return .bool(try second.asList().contains { known.contains($0) })
                })),
    ]

    private static func covers(_ list: [CELValue], _ others: [CELValue]) throws(CELError) -> Bool {
        _ = try elements(others)
        return try elements(list).isSuperset(of: others)
    }

    private static func elements(_ list: [CELValue]) throws(CELError) -> Set<CELValue> {
        var room = largestList
        guard CELValue.list(list).isWithin(&room) else { throw .invalid("the list is too large for a set") }
        return Set(list)
    }
}
