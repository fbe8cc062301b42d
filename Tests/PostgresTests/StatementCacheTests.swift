import Postgres
import Testing

@Suite struct StatementCacheTests {
    private func parameters(_ query: PostgresQuery) -> PostgresParameters { query.parameters }

    @Test func preparesOncePerTextAndTypes() {
        var cache = StatementCache(capacity: 4)
        let number: PostgresQuery = "SELECT \(1)"
        let text: PostgresQuery = "SELECT \("1")"
        #expect(number.sql == text.sql)
        #expect(cache.use(sql: number.sql, parameters: number.parameters) == .new(1))
        #expect(cache.use(sql: number.sql, parameters: number.parameters) == .prepared(1))
        #expect(cache.use(sql: text.sql, parameters: text.parameters) == .new(2))
        #expect(cache.use(sql: number.sql, parameters: number.parameters) == .prepared(1))
    }

    @Test func evictsTheLeastRecentlyUsed() {
        var cache = StatementCache(capacity: 2)
        let none = PostgresParameters()
        #expect(cache.use(sql: "a", parameters: none) == .new(1))
        #expect(cache.use(sql: "b", parameters: none) == .new(2))
        #expect(cache.use(sql: "a", parameters: none) == .prepared(1))
        #expect(cache.use(sql: "c", parameters: none) == .new(3))
        #expect(cache.takeEvicted() == [2])
        #expect(cache.takeEvicted() == [])
        #expect(cache.use(sql: "a", parameters: none) == .prepared(1))
        #expect(cache.use(sql: "b", parameters: none) == .new(4))
    }

    @Test func forgetsWhatFailed() {
        var cache = StatementCache(capacity: 2)
        #expect(cache.use(sql: "a", parameters: PostgresParameters()) == .new(1))
        cache.forget(1)
        cache.forget(99)
        #expect(cache.use(sql: "a", parameters: PostgresParameters()) == .new(2))
    }

    /// Against a plain list kept in order of use.
    @Test(arguments: 0..<50 as Range<UInt64>)
    func agreesWithAModel(seed: UInt64) {
        var random = SplitMix(seed: seed)
        let capacity = Int.random(in: 1...6, using: &random)
        var cache = StatementCache(capacity: capacity)
        var model: [(sql: String, id: UInt32)] = []
        for _ in 0..<500 {
            let sql = "q\(Int.random(in: 0..<10, using: &random))"
            if Int.random(in: 0..<15, using: &random) == 0, let entry = model.randomElement(using: &random) {
                cache.forget(entry.id)
                model.removeAll { $0.id == entry.id }
                continue
            }
            switch cache.use(sql: sql, parameters: PostgresParameters()) {
            case .prepared(let id):
                guard let index = model.firstIndex(where: { $0.sql == sql }) else { Issue.record("\(sql) is not prepared"); return }
                #expect(model[index].id == id)
                model.append(model.remove(at: index))
            case .new(let id):
                #expect(!model.contains { $0.sql == sql || $0.id == id })
                if model.count == capacity { #expect(cache.takeEvicted() == [model.removeFirst().id]) }
                model.append((sql, id))
            }
            #expect(cache.count == model.count)
        }
    }
}
