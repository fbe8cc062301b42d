import BotLanguage
import JSON
import Testing

/// What a bot can run with, though hardly as it is meant.
@Suite struct WarningTests {
    private func warnings(_ yaml: String) throws -> [String] {
        try Definition(yaml: yaml).warnings.map {
            "\($0.position.line):\($0.position.column): \($0.message)\($0.suggestion.map { "; \($0)" } ?? "")"
        }
    }

    @Test func whatNothingLeadsTo() throws {
        #expect(
            try warnings(
                """
                bot: b
                roles: {admin: user.id == 1, guest: user.id == 2}
                fn:
                  used(x): twice(x) + 1
                  twice(x): x * 2
                  unused(x): thrice(x)
                  thrice(x): x * 3
                screens:
                  home: {text: "${used(1)}", buttons: [{label: A, go: a}, {label: B, name: like}]}
                  a: {text: a, role: admin, buttons: [{label: A, call: f}]}
                  lost: {text: lost, buttons: [{label: C, go: lost_too}]}
                  lost_too: {text: lost, buttons: [{label: C, go: lost}]}
                  told: {text: told}
                forms:
                  f: {fields: {x: {ask: x?}}, done: [{signal: wake}]}
                  g: {fields: {x: {ask: x?}}, done: [{signal: sleep}]}
                signals:
                  wake: {do: [{show: told}]}
                  sleep: {do: [{stop: true}]}
                handlers:
                  - {button: like, do: [{stop: true}]}
                  - {button: liek, do: [{stop: true}]}
                  - {command: x, when: 1 > 2, do: [{stop: true}]}
                """) == [
                    "2:30: nothing needs the role 'guest'", "6:3: nothing uses the function 'unused'",
                    "7:3: nothing uses the function 'thrice'",
                    "11:3: nothing leads to the screen 'lost'; open it by 'go' or 'show', or remove it",
                    "12:3: nothing leads to the screen 'lost_too'; open it by 'go' or 'show', or remove it",
                    "16:3: nothing calls the form 'g'; open it by 'call', or remove it", "19:3: nothing sends the signal 'sleep'",
                    "22:14: no button is called 'liek'; write '{label: …, name: liek}' on a screen", "23:24: this never holds",
                ])
    }

    @Test func formsWithoutAWayOut() throws {
        func form(_ field: String, cancel: String = "no") throws -> [String] {
            try warnings(
                """
                bot: b
                data: {items: {name: string}}
                handlers: [{command: go, do: [{call: f}]}]
                forms:
                  f:
                    fields:
                      x: \(field)
                    cancel: \(cancel)
                    done: [{stop: true}]
                """)
        }
        let choices = "type: items, choices: {each: 'i in items.filter(y, true)', label: '${i.name}'}"
        let warning =
            "7:10: when there is nothing to choose from, nobody gets past this question or out of the form; give it a 'skip', ask only 'when' there is something, or let people cancel"
        #expect(try form("{ask: a, \(choices)}") == [warning])
        #expect(try form("{ask: a, \(choices), skip: none}") == [])
        #expect(try form("{ask: a, \(choices)}", cancel: "Stop") == [])
        #expect(try form("{ask: a, type: int, choices: {each: 'i in [1].filter(y, y > user.id)', label: '${i}'}}") == [])
        #expect(
            try form(
                "{each: 'i in [1]', fields: {y: {ask: a, type: bool, choices: {each: 'i in [true].filter(y, user.id > 1)', label: '${i}'}}}}"
            ).count == 1)
    }

    @Test func theBotsOfTheProjectHaveNone() throws {
        for bot in ["demo", "count"] { #expect(try Definition(yaml: try Bots.text(bot)).warnings.isEmpty) }
    }

    @Test func saysThatItIsOne() throws {
        let warning = try #require(try Definition(yaml: "bot: b\nscreens:\n  home: {text: hi}\n  old: {text: hi}\n").warnings.first)
        #expect(
            warning.rendered == """
                bot.yaml:4:3: warning: nothing leads to the screen 'old'; open it by 'go' or 'show', or remove it
                     4 |   old: {text: hi}
                       |   ^~~
                """)
        let json = try JSON(parsing: warning.jsonBytes)
        #expect(json["severity"] == "warning" && json["code"] == "unused")
    }
}
