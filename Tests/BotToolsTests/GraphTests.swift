import BotLanguage
import BotTools
import TestSupport
import Testing

@Suite struct GraphTests {
    private static let shop = """
        bot: shop
        data: {items: {name: string}}
        handlers:
          - {command: start, do: [{go: home}]}
          - {command: help, do: [{show: {text: Help}}]}
          - {command: add, do: [{if: "user.id > 5", then: [{call: add}], else: [{go: home}]}]}
        signals: {wake: {do: [{show: detail, with: {i: "items.one(i, i.id == 1)"}, to: user}]}}
        screens:
          home:
            text: Home
            buttons: [{label: Add, call: add}, {label: New, call: add}, {label: Again, go: home}]
            list: {from: i in items, button: {label: "${i.name}", go: detail, with: {i: i}}}
          detail: {args: {i: items?}, text: "<Detail> & more", buttons: [{label: Back, back: true}]}
        forms:
          add: {fields: {name: {ask: Name?}}, done: [{insert: items, set: {name: name}}, {go: home}]}
        """

    @Test func findsWays() throws {
        let graph = ScreenGraph(try Definition(yaml: Self.shop))
        let ways = graph.edges.map { edge in
            "\(graph.nodes[edge.from].title) > \(graph.nodes[edge.to].title)"
                + (edge.labels.isEmpty ? "" : ": " + edge.labels.joined(separator: ", "))
        }
        #expect(
            ways.sorted() == [
                "/add > add", "/add > home", "/start > home", "add > home", "home > add: Add, New", "home > detail: ${i.name}",
                "home > home: Again",
                "signal wake > detail",
            ])
    }

    @Test func drawsThem() throws {
        let picture = GraphSVG(ScreenGraph(try Definition(yaml: Self.shop)), title: "shop").text
        #expect(picture.hasPrefix("<svg xmlns"))
        #expect(picture.count(of: "<rect class=\"node") == 6)
        #expect(picture.count(of: "<path class=\"edge\"") == 8)
        #expect(!picture.contains("<Detail>"))
        // Open and closed tags are even, so it is well formed as far as our own tags go.
        #expect(picture.count(of: "<text") == picture.count(of: "</text>"))
    }

    /// However nodes are connected: all are placed, none over another, and every edge goes from its one end to the other.
    @Test(arguments: 0..<60)
    func layoutHolds(_ seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        let count = 1 + Int(random.next() % 14)
        let sizes = (0..<count).map { _ in LayeredLayout.Size(width: Double(40 + random.next() % 200), height: 40) }
        let edges = (0..<Int(random.next() % 30)).map { _ in
            (from: Int(random.next() % UInt64(count)), to: Int(random.next() % UInt64(count)))
        }
        let labels = edges.map { _ in random.next() % 2 == 0 ? LayeredLayout.Size(width: 60, height: 16) : nil }
        let layout = LayeredLayout(sizes: sizes, edges: edges, labels: labels)
        #expect(layout.centres.count == count)
        for a in 0..<count {
            #expect(layout.centres[a].x - sizes[a].width / 2 >= 0)
            #expect(layout.centres[a].x + sizes[a].width / 2 <= layout.size.width)
            for b in 0..<a {
                let isApart =
                    abs(layout.centres[a].x - layout.centres[b].x) >= (sizes[a].width + sizes[b].width) / 2
                    || abs(layout.centres[a].y - layout.centres[b].y) >= 40
                #expect(isApart, "\(a) lies over \(b)")
            }
        }
        for (edge, bends) in zip(edges, layout.bends) {
            guard edge.from != edge.to else {
                #expect(bends.isEmpty)
                continue
            }
            #expect(bends.first == layout.centres[edge.from])
            #expect(bends.last == layout.centres[edge.to])
        }
    }
}

extension String {
    fileprivate func count(of part: String) -> Int { split(separator: part, omittingEmptySubsequences: false).count - 1 }
}
