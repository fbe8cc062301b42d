/// Which statements are prepared on one connection: least recently used out first.
///
/// A statement is its text and its parameters' types: the same text with other types is another statement. Names are
/// never used twice, so that a statement which is still being dropped cannot be mistaken for a new one.
package struct StatementCache {
    package typealias ID = UInt32

    private struct Slot {
        var id: ID
        var sql: String
        var types: [PostgresType]
        var lastUse: UInt64
    }

    package enum Lookup: Equatable {
        case prepared(ID)
        /// Not there yet: prepare it under this id first.
        case new(ID)
    }

    private let capacity: Int
    private var slots: [Slot] = []
    private var slotsBySQL: [String: [Int]] = [:]
    private var nextID: ID = 1
    private var clock: UInt64 = 0
    /// Dropped here, still to be dropped on the server.
    package private(set) var evicted: [ID] = []

    package init(capacity: Int) { self.capacity = max(1, capacity) }

    package var count: Int { slots.count }

    package static func name(of id: ID) -> String { "s\(id)" }

    /// The name as a C string, made on the stack: this runs for every statement sent.
    static func withName<Result>(of id: ID, _ body: (UnsafePointer<CChar>) -> Result) -> Result {
        // "s", at most ten digits, NUL
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 12) { buffer in
            var start = 11
            buffer[start] = 0
            var rest = id
            repeat {
                start -= 1
                buffer[start] = CChar(truncatingIfNeeded: rest % 10) + 48
                rest /= 10
            } while rest > 0
            start -= 1
            buffer[start] = CChar(UInt8(ascii: "s"))
            guard let base = buffer.baseAddress else { return body("") }
            return body(base + start)
        }
    }

    /// Finds a statement or makes room for it. The caller prepares a new one before using it.
    package mutating func use(sql: String, parameters: PostgresParameters) -> Lookup {
        clock += 1
        if let candidates = slotsBySQL[sql] {
            for slot in candidates where slots[slot].types.elementsEqual(parameters.entries.lazy.map(\.type)) {
                slots[slot].lastUse = clock
                return .prepared(slots[slot].id)
            }
        }
        if slots.count >= capacity, let oldest = slots.indices.min(by: { slots[$0].lastUse < slots[$1].lastUse }) {
            evicted.append(slots[oldest].id)
            remove(slot: oldest)
        }
        let id = nextID
        nextID &+= 1
        slots.append(Slot(id: id, sql: sql, types: parameters.entries.map(\.type), lastUse: clock))
        slotsBySQL[sql, default: []].append(slots.count - 1)
        return .new(id)
    }

    /// The statement was not prepared after all.
    package mutating func forget(_ id: ID) {
        if let slot = slots.firstIndex(where: { $0.id == id }) { remove(slot: slot) }
    }

    /// Nothing is prepared any more.
    package mutating func removeAll() {
        slots.removeAll()
        slotsBySQL.removeAll()
        evicted.removeAll()
    }

    package mutating func takeEvicted() -> [ID] {
        defer { evicted.removeAll() }
        return evicted
    }

    private mutating func remove(slot: Int) {
        unlink(slot)
        let last = slots.count - 1
        if slot != last {
            unlink(last)
            slots[slot] = slots[last]
            slotsBySQL[slots[slot].sql, default: []].append(slot)
        }
        slots.removeLast()
    }

    private mutating func unlink(_ slot: Int) {
        let sql = slots[slot].sql
        slotsBySQL[sql]?.removeAll { $0 == slot }
        if slotsBySQL[sql]?.isEmpty == true { slotsBySQL[sql] = nil }
    }
}
