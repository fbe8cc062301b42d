// Lists, maps, records and local names.

final class ListNode: PlanNode {
    private let elements: [any PlanNode]
    /// Nil when no element is optional.
    private let isOptional: [Bool]?

    init(_ elements: [any PlanNode], isOptional: [Bool]?) {
        self.elements = elements
        self.isOptional = isOptional
    }

    func evaluate(_ frame: inout Frame) throws(CELError) -> CELValue {
        try frame.charge(1 + elements.count)
        var list: [CELValue] = []
        list.reserveCapacity(elements.count)
        for (position, element) in elements.enumerated() {
            let value = try element.evaluate(&frame)
            guard let isOptional, isOptional[position] else {
                list.append(value)
                continue
            }
            guard case .optional(let inner) = value else { throw .expected("an optional", value) }
            if let inner { list.append(inner) }
        }
        return .list(list)
    }
}

final class MapNode: PlanNode {
    private let keys: [any PlanNode]
    private let values: [any PlanNode]
    private let isOptional: [Bool]
    private let offset: Int

    init(keys: [any PlanNode], values: [any PlanNode], isOptional: [Bool], offset: Int) {
        self.keys = keys
        self.values = values
        self.isOptional = isOptional
        self.offset = offset
    }

    func evaluate(_ frame: inout Frame) throws(CELError) -> CELValue {
        try frame.charge(1 + keys.count)
        var foundKeys: [CELValue] = []
        var foundValues: [CELValue] = []
        foundKeys.reserveCapacity(keys.count)
        foundValues.reserveCapacity(keys.count)
        for position in keys.indices {
            let key = try keys[position].evaluate(&frame)
            var value = try values[position].evaluate(&frame)
            if isOptional[position] {
                guard case .optional(let inner) = value else { throw .expected("an optional", value) }
                guard let inner else { continue }
                value = inner
            }
            foundKeys.append(key)
            foundValues.append(value)
        }
        do throws(CELError) {
            return .map(try CELMap(keys: foundKeys, values: foundValues))
        } catch {
            throw error.located(offset)
        }
    }
}

final class RecordNode: PlanNode {
    struct Part: Sendable {
        let position: Int
        let node: any PlanNode
        let isOptional: Bool
    }

    private let shape: CELObject.Shape
    private let parts: [Part]

    init(_ shape: CELObject.Shape, _ parts: [Part]) {
        self.shape = shape
        self.parts = parts
    }

    func evaluate(_ frame: inout Frame) throws(CELError) -> CELValue {
        try frame.charge(1 + parts.count)
        var values = [CELValue](repeating: .null, count: shape.fields.count)
        for part in parts {
            var value = try part.node.evaluate(&frame)
            if part.isOptional {
                guard case .optional(let inner) = value else { throw .expected("an optional", value) }
                value = inner ?? .null
            }
            values[part.position] = value
        }
        return .object(CELObject(shape: shape, values: values))
    }
}

/// `cel.bind`
final class BindNode: PlanNode {
    private let slot: Int
    private let value: any PlanNode
    private let body: any PlanNode

    init(slot: Int, value: any PlanNode, body: any PlanNode) {
        self.slot = slot
        self.value = value
        self.body = body
    }

    func evaluate(_ frame: inout Frame) throws(CELError) -> CELValue {
        frame.slots[slot] = try value.evaluate(&frame)
        return try body.evaluate(&frame)
    }
}
