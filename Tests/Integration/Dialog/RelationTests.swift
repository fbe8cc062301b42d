import Contracts
import Testing

/// Conditions that look beyond their own table run in the bot's own schema.
@Suite(.enabled(if: DialogBench.url != nil, DialogBench.isMissing), .timeLimit(.minutes(1)))
struct RelationTests {
    private static let yaml = """
        bot: shop
        data:
          users: {vip: {type: bool, default: "true"}}
          makers: {name: {type: string, max: 20}, country: {type: string, max: 2}}
          things:
            name: {type: string, max: 20}
            maker: makers
            owner: {type: users, default: user}
        handlers:
          - message: text
            when: message.text == 'through'
            do: [{show: {text: "${things.filter(t, t.maker.country == 'FI' && t.owner.vip).map(t, t.name).join(' ')}"}}]
          - message: text
            when: message.text == 'exists'
            do: [{show: {text: "${makers.filter(m, things.exists(t, t.maker == m && t.name != message.text)).map(m, m.name).join(' ')}"}}]
          - message: text
            when: message.text == 'order'
            do: [{each: t in things, order: [-t.maker.country, t.name], do: [{show: {text: "${t.name} ${t.maker.name}"}}]}]
          - message: text
            when: message.text == 'delete'
            do:
              - {delete: t in things, where: t.maker.country == 'SE'}
              - {show: {text: "${things.count(t, true)}"}}
          - message: text
            do:
              - {upsert: m in makers, where: m.name == message.text, set: {name: message.text, country: "message.text == 'Fiskars' ? 'FI' : 'SE'"}}
              - {insert: things, set: {name: "'axe'", maker: m}}
              - {insert: things, set: {name: "'saw'", maker: m}}
              - {show: {text: ok}}
        """

    @Test func runInTheDatabase() async throws {
        try await DialogBench.run(Self.yaml) { bench async throws in
            #expect(
                try await bench.answers(bench.delivery("e1", "Fiskars"), bench.delivery("e2", "Hultafors", from: "43")) == [["ok"], ["ok"]])
            #expect(try await bench.answers(bench.delivery("e3", "through")) == [["axe saw"]])
            #expect(try await bench.answers(bench.delivery("e4", "exists")) == [["Fiskars Hultafors"]])
            #expect(
                try await bench.answers(bench.delivery("e5", "order")) == [
                    ["axe Hultafors", "saw Hultafors", "axe Fiskars", "saw Fiskars"]
                ])
            #expect(try await bench.answers(bench.delivery("e6", "delete")) == [["2"]])
        }
    }
}
