import Contracts
import Testing

/// A value of every type comes back from PostgreSQL as it went there, and is found by it.
@Suite(.enabled(if: DialogBench.url != nil, DialogBench.isMissing), .timeLimit(.minutes(1)))
struct FieldTypeTests {
    private static let yaml = """
        bot: shop
        enums: {Color: [red, blue]}
        data:
          users: {best: {type: Color, default: Color.red}, since: {type: date, default: "'2020-02-29'"}, quiet: {type: duration, default: "duration('90m')"}}
          all:
            s: {type: string, max: 50}
            i: int
            n: number
            m: money
            b: bool
            d: date
            t: time
            ts: timestamp
            du: duration
            c: Color
            r: users
            l: {type: list<string>, max: 5}
            s0: string?
            i0: int?
            n0: number?
            m0: money?
            b0: bool?
            d0: date?
            t0: time?
            ts0: timestamp?
            du0: duration?
            c0: Color?
            r0: users?
            l0: list<int>?
        handlers:
          - message: text
            when: message.text == 'write'
            do:
              - insert: all
                as: x
                set:
                  s: "'a\\\\'b\\"c \\\\\\\\ $1 é🛒'"
                  i: "-9223372036854775807"
                  n: "0.1"
                  m: "1250"
                  b: "true"
                  d: "'2024-02-29'"
                  t: "'23:59:58'"
                  ts: timestamp('1969-12-31T23:59:59.123456Z')
                  du: duration('-36h')
                  c: Color.blue
                  r: user
                  l: "['a\\"b', '', '{c,d}']"
              - {show: {text: "${x.s}|${x.i}|${x.n}|${money(x.m)}|${x.b}|${x.d}|${x.t}|${string(x.ts)}|${string(x.du)}|${x.c}|${x.r.first_name}|${x.l.join(';')}"}}
          - message: text
            when: message.text == 'read'
            do:
              - let: {x: "all.filter(x, true)"}
              - each: y in x
                do: [{show: {text: "${y.s}|${y.i}|${y.n}|${money(y.m)}|${y.b}|${y.d}|${y.t}|${string(y.ts)}|${string(y.du)}|${y.c}|${y.r.first_name}|${y.l.join(';')}"}}]
          - message: text
            when: message.text == 'find'
            do:
              - {show: {text: "${all.count(x, x.s == 'a\\\\'b\\"c \\\\\\\\ $1 é🛒')} ${all.count(x, x.i < 0)} ${all.count(x, x.n > 0.05)} ${all.count(x, x.m == 1250)} ${all.count(x, x.b)}"}}
              - {show: {text: "${all.count(x, x.d >= '2024-02-29')} ${all.count(x, x.t == '23:59:58')} ${all.count(x, x.ts < now)} ${all.count(x, x.du < duration('1s'))} ${all.count(x, x.c == Color.blue)} ${all.count(x, x.r == user)}"}}
              - {show: {text: "${all.count(x, x.s0 == null && x.i0 == null && x.n0 == null && x.m0 == null && x.b0 == null && x.d0 == null && x.t0 == null && x.ts0 == null && x.du0 == null && x.c0 == null && x.r0 == null && x.l0 == null)}"}}
              - {show: {text: "${user.best} ${user.since} ${string(user.quiet)}"}}
        """

    @Test func comesBackAsItWent() async throws {
        try await DialogBench.run(Self.yaml) { bench async throws in
            let row =
                #"a'b"c \ $1 é🛒|-9223372036854775807|0.1|12.50|true|2024-02-29|23:59:58|1969-12-31T23:59:59.123456Z|-129600s|blue|Ann|a"b;;{c,d}"#
            #expect(try await bench.answers(bench.delivery("e1", "write")) == [[row]])
            #expect(try await bench.answers(bench.delivery("e2", "read")) == [[row]])
            #expect(try await bench.answers(bench.delivery("e3", "find")) == [["1 1 1 1 1", "1 1 1 1 1 1", "1", "red 2020-02-29 5400s"]])
        }
    }
}
