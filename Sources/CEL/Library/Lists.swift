extension CELLibrary {
    private static let element = CELType.parameter("A")
    private static let anyList = CELType.list(.parameter("A"))
    private static let ordered: [CELType] = [.int, .uint, .double, .string, .bool, .bytes, .timestamp, .duration]
    private static let summable: [CELType] = [.int, .uint, .double, .duration]

    /// Functions on lists.
    static let lists: [CELFunction] = [
        CELFunction(
            "lists.range", documentation: "The whole numbers from 0 up to, without, the one given.",
            .global(
                [.int], returns: .list(.int),
                .unary { value in
                    let count = try value.asInt()
                    guard count <= Int64(largestList) else { throw CELError.invalid("the list would be too long") }
                    return .list(count <= 0 ? [] : (0..<count).map { .int($0) })
                })),
        CELFunction(
            "sum", documentation: "The sum of the elements; 0 of none.",
            overloads: summable.map { type in
                .receiver([.list(type)], returns: type, .unary { try sum($0, zero: zero(type)) })
            }),
        CELFunction(
            "avg", documentation: "The average of the elements; an error of none.",
            overloads: [CELType.int, .uint, .double].map {
                .receiver([.list($0)], returns: .double, .unary { try average($0) })
            }),
        extreme("min", "The least element; an error of none.", .less),
        extreme("max", "The greatest element; an error of none.", .greater),
        CELFunction(
            "sort", documentation: "The elements in ascending order.",
            overloads: ordered.map { type in
                .receiver([.list(type)], returns: .list(type), .unary { .list(try Sorting.sorted(try $0.asList()) { $0 }) })
            }),
        CELFunction(
            "distinct", documentation: "Each element once, where it first occurs.",
            .receiver(
                [anyList], returns: anyList,
                .unary { value in
                    var room = largestList
                    guard value.isWithin(&room) else { throw CELError.invalid("the list is too large for distinct") }
                    var seen: Set<CELValue> = []
                    return .list(try value.asList().filter { seen.insert($0).inserted })
                })),
        CELFunction(
            "reverse", documentation: "The elements, or the code points, in the opposite order.",
            .receiver([anyList], returns: anyList, .unary { .list(try $0.asList().reversed()) }),
            .receiver(
                [.string], returns: .string,
                .unary { value in
                    var view = String.UnicodeScalarView()
                    view.append(contentsOf: try value.asString().unicodeScalars.reversed())
                    return .string(String(view))
                })),
        CELFunction(
            "slice", documentation: "The elements from one index up to, without, another.",
            .receiver(
                [anyList, .int, .int], returns: anyList,
                .ternary { value, start, end in
                    let list = try value.asList()
                    let (start, end) = (try start.asInt(), try end.asInt())
                    guard start >= 0, start <= end, end <= Int64(list.count) else {
                        throw CELError(.indexOutOfRange, "the slice goes beyond the list")
                    }
                    return .list(Array(list[Int(start)..<Int(end)]))
                })),
        CELFunction(
            "flatten", documentation: "The elements of the lists inside, one level or as many as given.",
            .receiver([.list(anyList)], returns: anyList, .unary { .list(try flattened(try $0.asList(), levels: 1)) }),
            .receiver([.list(.dyn)], returns: .list(.dyn), .unary { .list(try flattened(try $0.asList(), levels: 1)) }),
            .receiver(
                [.list(.dyn), .int], returns: .list(.dyn),
                .binary { value, levels in
                    let levels = try levels.asInt()
                    guard levels >= 0 else { throw CELError.invalid("flatten needs a depth that isn't negative") }
                    return .list(try flattened(try value.asList(), levels: levels))
                })),
        CELFunction(
            "first", documentation: "The first element, if there is one.",
            .receiver([anyList], returns: .optional(element), .unary { .optional(try $0.asList().first) })),
        CELFunction(
            "last", documentation: "The last element, if there is one.",
            .receiver([anyList], returns: .optional(element), .unary { .optional(try $0.asList().last) })),
    ]

    private static func zero(_ type: CELType) -> CELValue {
        switch type {
        case .uint: .uint(0)
        case .double: .double(0)
        case .duration: .duration(CELDuration(nanoseconds: 0))
        default: .int(0)
        }
    }

    private static func sum(_ value: CELValue, zero: CELValue) throws(CELError) -> CELValue {
        let list = try value.asList()
        guard var total = list.first else { return zero }
        for element in list.dropFirst() { total = try Arithmetic.add(total, element) }
        return total
    }

    private static func average(_ value: CELValue) throws(CELError) -> CELValue {
        let list = try value.asList()
        guard !list.isEmpty else { throw .invalid("an empty list has no average") }
        var total = 0.0
        for element in list {
            guard case .double(let number) = try Convert.double(element) else { continue }
            total += number
        }
        return .double(total / Double(list.count))
    }

    private static func extreme(_ name: String, _ documentation: String, _ wanted: Ordering) -> CELFunction {
        let pick: @Sendable (CELValue) throws -> CELValue = { value in
            let list = try value.asList()
            guard var best = list.first else { throw CELError.invalid("an empty list has no \(name)") }
            for element in list.dropFirst() where try CELValue.order(element, best) == wanted { best = element }
            return best
        }
        return CELFunction(
            name, documentation: documentation,
            overloads: ordered.map { .receiver([.list($0)], returns: $0, .unary(pick)) })
    }

    private static func flattened(_ list: [CELValue], levels: Int64) throws(CELError) -> [CELValue] {
        var result: [CELValue] = []
        for element in list {
            if levels > 0, case .list(let inner) = element {
                result += try flattened(inner, levels: levels - 1)
            } else {
                result.append(element)
            }
            guard result.count <= largestList else { throw .invalid("the list would be too long") }
        }
        return result
    }
}

extension CELValue {
    /// Whether the value has no more parts than there is room for, those that are shared counted wherever they occur.
    func isWithin(_ room: inout Int) -> Bool {
        room -= 1
        guard room >= 0 else { return false }
        switch self {
        case .list(let list):
            for element in list where !element.isWithin(&room) { return false }
        case .map(let map):
            for element in map.values where !element.isWithin(&room) { return false }
        case .optional(let inner?): return inner.isWithin(&room)
        case .object(let object):
            for element in object.values where !element.isWithin(&room) { return false }
        default: break
        }
        return true
    }
}
