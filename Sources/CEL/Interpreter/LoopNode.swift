/// A comprehension: something done for every element of a list, every key of a map, or the value of an optional.
final class LoopNode: PlanNode {
    private let loop: Comprehension
    private let range: any PlanNode
    private let condition: (any PlanNode)?
    private let body: (any PlanNode)?
    /// The place of the first variable; the second has the next.
    private let slot: Int
    private let hasSecond: Bool
    private let offset: Int

    init(
        _ loop: Comprehension, range: any PlanNode, condition: (any PlanNode)?, body: (any PlanNode)?, slot: Int,
        offset: Int
    ) {
        self.loop = loop
        self.range = range
        self.condition = condition
        self.body = body
        self.slot = slot
        hasSecond = loop.secondVariable != nil
        self.offset = offset
    }

    func evaluate(_ frame: inout Frame) throws(CELError) -> CELValue {
        let over = try range.evaluate(&frame)
        switch loop.kind {
        case .all: return .bool(try decide(over, &frame, decisive: false))
        case .exists: return .bool(try decide(over, &frame, decisive: true))
        case .existsOne:
            var count = 0
            try visit(over, &frame) { loop, element, _, frame throws(CELError) in
                count += 1
            }
            return .bool(count == 1)
        case .count:
            var count: Int64 = 0
            try visit(over, &frame) { loop, element, _, frame throws(CELError) in
                count += 1
            }
            return .int(count)
        case .one: return try one(over, &frame)
        case .filter:
            var list: [CELValue] = []
            try visit(over, &frame) { loop, element, _, frame throws(CELError) in
                list.append(element)
            }
            return .list(list)
        case .map:
            var list: [CELValue] = []
            if condition == nil { list.reserveCapacity(Self.count(over)) }
            try visit(over, &frame) { loop, _, _, frame throws(CELError) in
                list.append(try loop.made(&frame))
            }
            return .list(list)
        case .sortBy: return try sorted(over, &frame)
        case .transformMap, .transformMapEntry: return try transformed(over, &frame)
        case .optionalMap, .optionalFlatMap: return try optional(over, &frame)
        }
    }
}

extension LoopNode {
    private static func count(_ value: CELValue) -> Int {
        switch value {
        case .list(let list): list.count
        case .map(let map): map.count
        default: 0
        }
    }

    private func made(_ frame: inout Frame) throws(CELError) -> CELValue {
        guard let body else { return .null }
        return try body.evaluate(&frame)
    }

    private func holds(_ frame: inout Frame) throws(CELError) -> Bool {
        guard let condition else { return true }
        let value = try condition.evaluate(&frame)
        guard case .bool(let truth) = value else { throw CELError.expected("bool", value).located(offset) }
        return truth
    }

    /// Sets the variables to each element in turn. The visitor gets the element, and the key it has in the result.
    private func each(
        _ over: CELValue, _ frame: inout Frame,
        _ visit: (CELValue, CELValue, inout Frame) throws(CELError) -> Bool
    ) throws(CELError) {
        switch over {
        case .list(let list):
            for (position, element) in list.enumerated() {
                try frame.charge(1)
                let index = CELValue.int(Int64(position))
                if hasSecond {
                    frame.slots[slot] = index
                    frame.slots[slot + 1] = element
                } else {
                    frame.slots[slot] = element
                }
                guard try visit(element, index, &frame) else { return }
            }
        case .map(let map):
            let values = map.values
            for (position, key) in map.keys.enumerated() {
                try frame.charge(1)
                frame.slots[slot] = key
                if hasSecond { frame.slots[slot + 1] = values[position] }
                guard try visit(key, key, &frame) else { return }
            }
        default: throw CELError(.noMatchingOverload, "\(loop.macro) needs a list or a map", offset: offset)
        }
    }

    /// Visits the elements for which the condition holds.
    private func visit(
        _ over: CELValue, _ frame: inout Frame,
        _ body: (LoopNode, CELValue, CELValue, inout Frame) throws(CELError) -> Void
    ) throws(CELError) {
        try each(over, &frame) { element, key, frame throws(CELError) in
            if try holds(&frame) { try body(self, element, key, &frame) }
            return true
        }
    }

    /// `all` and `exists`: one element with the decisive outcome decides, even when others fail.
    private func decide(_ over: CELValue, _ frame: inout Frame, decisive: Bool) throws(CELError) -> Bool {
        var failure: CELError?
        var isDecided = false
        try each(over, &frame) { _, _, frame throws(CELError) in
            do throws(CELError) {
                isDecided = try holds(&frame) == decisive
            } catch {
                if error.isFinal { throw error }
                if failure == nil { failure = error }
            }
            return !isDecided
        }
        if isDecided { return decisive }
        if let failure { throw failure }
        return !decisive
    }

    /// The element for which the condition holds, null when there is none.
    private func one(_ over: CELValue, _ frame: inout Frame) throws(CELError) -> CELValue {
        var found: CELValue?
        var isAmbiguous = false
        try visit(over, &frame) { _, element, _, _ throws(CELError) in
            if found != nil { isAmbiguous = true }
            found = element
        }
        if isAmbiguous { throw CELError(.invalidArgument, "'one' found more than one", offset: offset) }
        return found ?? .null
    }

    private func sorted(_ over: CELValue, _ frame: inout Frame) throws(CELError) -> CELValue {
        var keyed: [(key: CELValue, value: CELValue)] = []
        try visit(over, &frame) { loop, element, _, frame throws(CELError) in
            keyed.append((try loop.made(&frame), element))
        }
        do throws(CELError) {
            return .list(try Sorting.sorted(keyed, by: \.key).map(\.value))
        } catch {
            throw error.located(offset)
        }
    }

    private func transformed(_ over: CELValue, _ frame: inout Frame) throws(CELError) -> CELValue {
        var keys: [CELValue] = []
        var values: [CELValue] = []
        try visit(over, &frame) { loop, _, key, frame throws(CELError) in
            let made = try loop.made(&frame)
            if loop.loop.kind == .transformMap {
                keys.append(key)
                values.append(made)
            } else {
                let entries = try made.asMap()
                keys += entries.keys
                values += entries.values
            }
        }
        do throws(CELError) {
            return .map(try CELMap(keys: keys, values: values))
        } catch {
            throw error.located(offset)
        }
    }

    private func optional(_ over: CELValue, _ frame: inout Frame) throws(CELError) -> CELValue {
        guard case .optional(let inner) = over else {
            throw CELError(.noMatchingOverload, "\(loop.macro) needs an optional", offset: offset)
        }
        guard let inner else { return .optional(nil) }
        frame.slots[slot] = inner
        let result = try made(&frame)
        guard loop.kind == .optionalFlatMap else { return .optional(result) }
        guard case .optional = result else { throw CELError.expected("an optional", result).located(offset) }
        return result
    }
}

enum Sorting {
    /// Stable, ascending.
    ///
    /// - Throws: `noMatchingOverload` when two keys have no order among them.
    static func sorted<T>(_ items: [T], by key: (T) -> CELValue) throws(CELError) -> [T] {
        guard let first = items.first else { return [] }
        var failure: CELError?
        // Every key is compared with the first one before, so that sorting itself can't fail half-way.
        for item in items {
            if try CELValue.order(key(first), key(item)) == nil {
                throw .invalid("NaN has no place in an order")
            }
        }
        let order = items.indices.sorted { a, b in
            do throws(CELError) {
                let order = try CELValue.order(key(items[a]), key(items[b])) ?? .equal
                return order == .equal ? a < b : order == .less
            } catch {
                failure = error
                return a < b
            }
        }
        if let failure { throw failure }
        return order.map { items[$0] }
    }
}
