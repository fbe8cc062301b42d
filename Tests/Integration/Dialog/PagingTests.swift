import Bus
import Contracts
import Dialog
import JSON
import Postgres
import Testing
import WorkerKit

/// Pages of a list in PostgreSQL: nothing twice and nothing left out, in the order of the definition.
@Suite(.enabled(if: DialogBench.url != nil, DialogBench.isMissing), .timeLimit(.minutes(1)))
struct PagingTests {
    private static let yaml = """
        bot: shop
        enums: {Shelf: [fruit, bread]}
        data:
          items: {name: {type: string, max: 20}, n: int, shelf: Shelf, due: date}
        screens:
          home:
            text: Items
            list:
              from: i in items
              where: i.n >= 0
              order: [i.shelf, -i.due, i.name]
              page: 2
              row: "${i.name}"
        handlers:
          - message: text
            do:
              - each: x in message.text.split(' ')
                do:
                  - {insert: items, set: {name: x, n: "1", shelf: "size(x) > 1 ? Shelf.bread : Shelf.fruit", due: "x == 'a' ? '2024-01-01' : '2024-01-02'"}}
              - {go: home}
        """

    @Test func everyRowOnceForwardsAndBackwards() async throws {
        try await DialogBench.run(Self.yaml) { bench async throws in
            var seen: [String] = []
            var page = try await show(bench, bench.delivery("e0", "b a É ab Z zz"))
            seen.append(page.text)
            for step in 1...2 {
                page = try await show(bench, try press("▶", of: page, "f\(step)", bench))
                seen.append(page.text)
            }
            // By the shelf's name, the latest first, and then by code points: the case and the accents of letters count.
            #expect(seen == ["Items\n\nab\nzz", "Items\n\nZ\nb", "Items\n\nÉ\na"])
            #expect(!page.buttons.contains { $0.text == "▶" })
            // A row that comes in between moves nothing.
            _ = try await bench.pool.query("INSERT INTO bot_shop.items (name, n, shelf, due) VALUES ('aa', 1, 'bread', '2024-01-02')")
            page = try await show(bench, try press("◀", of: page, "g1", bench))
            #expect(page.text == "Items\n\nZ\nb")
            page = try await show(bench, try press("◀", of: page, "g2", bench))
            #expect(page.text == "Items\n\nab\nzz")
            page = try await show(bench, try press("◀", of: page, "g3", bench))
            #expect(page.text == "Items\n\naa\nab")
        }
    }

    private struct Page {
        var text: String
        var buttons: [InlineButton]
    }

    private func press(_ label: String, of page: Page, _ id: String, _ bench: DialogBench) throws -> BusDelivery {
        let button = try #require(page.buttons.first { $0.text == label })
        guard case .data(let data) = button.action else { throw Missing() }
        return bench.delivery(id, from: "42", content: .button(ButtonPress(query: "q\(id)", data: data, message: "7")))
    }

    private struct Missing: Error {}

    /// The message that a delivery causes.
    private func show(_ bench: DialogBench, _ delivery: BusDelivery) async throws -> Page {
        let outcome = try #require(try await bench.handler.handle([delivery]).first)
        guard case .effects(let messages) = outcome else { throw Missing() }
        for message in messages {
            let outgoing: OutgoingMessage
            switch try Command(jsonBytes: message.body).action {
            case .send(let own), .edit(_, let own): outgoing = own
            default: continue
            }
            guard case .text(let text) = outgoing.content, case .inline(let rows)? = outgoing.keyboard else { continue }
            return Page(text: text, buttons: rows.flatMap { $0 })
        }
        throw Missing()
    }
}
