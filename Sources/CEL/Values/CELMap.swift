/// A map in the order its entries were written. Keys are bool, int, uint or string; equal numbers of different
/// types are the same key. Copies share their storage.
public struct CELMap: Sendable {
    private let storage: Storage

    private final class Storage: Sendable {
        let keys: [CELValue]
        let values: [CELValue]
        /// Only for maps large enough that looking through the keys would be slower.
        let index: [CELValue: Int]

        init(keys: [CELValue], values: [CELValue], index: [CELValue: Int]) {
            self.keys = keys
            self.values = values
            self.index = index
        }
    }

    private static let linearLimit = 8

    public static let empty = CELMap(storage: Storage(keys: [], values: [], index: [:]))

    private init(storage: Storage) { self.storage = storage }

    /// - Throws: `invalidArgument` for a key of another type, `duplicateKey` for a key that occurs twice.
    public init(_ entries: some Sequence<(CELValue, CELValue)>) throws(CELError) {
        var keys: [CELValue] = []
        var values: [CELValue] = []
        for (key, value) in entries {
            keys.append(key)
            values.append(value)
        }
        try self.init(keys: keys, values: values)
    }

    /// A map with string keys, in the order of the keys.
    public init(_ entries: [String: CELValue]) {
        let sorted = entries.sorted { CodePoints.compare($0.key, $1.key) == .less }
        let keys = sorted.map { CELValue.string($0.key) }
        // Two keys can't be equal here: what differs for Swift differs by its code points too.
        storage = Storage(keys: keys, values: sorted.map(\.value), index: Self.makeIndex(keys)?.index ?? [:])
    }

    init(keys: [CELValue], values: [CELValue]) throws(CELError) {
        for key in keys {
            switch key {
            case .bool, .int, .uint, .string: continue
            default: throw .invalid("a map's key can't be \(key.type.runtimeName)")
            }
        }
        guard keys.count > Self.linearLimit else {
            for (position, key) in keys.enumerated() where keys[..<position].contains(key) {
                throw CELError(.duplicateKey, "the map has the same key twice")
            }
            storage = Storage(keys: keys, values: values, index: [:])
            return
        }
        guard let made = Self.makeIndex(keys), !made.repeated else {
            throw CELError(.duplicateKey, "the map has the same key twice")
        }
        storage = Storage(keys: keys, values: values, index: made.index)
    }

    private static func makeIndex(_ keys: [CELValue]) -> (index: [CELValue: Int], repeated: Bool)? {
        guard keys.count > linearLimit else { return nil }
        var index: [CELValue: Int] = [:]
        index.reserveCapacity(keys.count)
        var repeated = false
        for (position, key) in keys.enumerated() {
            if index.updateValue(position, forKey: key) != nil { repeated = true }
        }
        return (index, repeated)
    }

    public var count: Int { storage.keys.count }
    public var isEmpty: Bool { storage.keys.isEmpty }
    /// In the order the entries were written, as `values`.
    public var keys: [CELValue] { storage.keys }
    public var values: [CELValue] { storage.values }

    /// Nil when there is no such key. Numbers are found across their types: `1`, `1u` and `1.0` are one key.
    public subscript(key: CELValue) -> CELValue? {
        position(of: key).map { storage.values[$0] }
    }

    /// Nil when there is no such key.
    public subscript(key: String) -> CELValue? {
        guard storage.index.isEmpty else { return self[.string(key)] }
        for (position, candidate) in storage.keys.enumerated() {
            if case .string(let text) = candidate, CodePoints.equal(text, key) { return storage.values[position] }
        }
        return nil
    }

    private func position(of key: CELValue) -> Int? {
        // Other types are no keys; looking for one would hash it through all its depths.
        switch key {
        case .bool, .int, .uint, .double, .string: break
        default: return nil
        }
        if storage.index.isEmpty { return storage.keys.firstIndex(of: key) }
        return storage.index[key]
    }
}

extension CELMap: Hashable {
    public static func == (a: CELMap, b: CELMap) -> Bool {
        if a.storage === b.storage, !a.values.contains(where: { $0 != $0 }) { return true }
        guard a.count == b.count else { return false }
        for (key, value) in zip(a.keys, a.values) {
            guard let other = b[key], other == value else { return false }
        }
        return true
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(count)
        // Order doesn't count, so the entries' hashes are added up.
        var sum = 0
        for (key, value) in zip(keys, values) {
            var entry = Hasher()
            entry.combine(key)
            entry.combine(value)
            sum &+= entry.finalize()
        }
        hasher.combine(sum)
    }
}

extension CELMap: Sequence {
    public func makeIterator() -> Zip2Sequence<[CELValue], [CELValue]>.Iterator {
        zip(keys, values).makeIterator()
    }
}
