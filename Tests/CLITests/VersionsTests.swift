import CLI
import JSON
import Testing

struct VersionsTests {
    @Test func differencesAsPatchTakesThem() {
        let old = (1...12).map { "line \($0)" }
        var new = old
        new[1] = "line two"
        new.removeLast()
        new.insert("and more", at: 11)
        #expect(
            TextDiff(old, new).unified(from: "a", to: "b") == [
                "--- a", "+++ b", "@@ -1,5 +1,5 @@", " line 1", "-line 2", "+line two", " line 3", " line 4", " line 5", "@@ -9,4 +9,4 @@",
                " line 9", " line 10", " line 11", "-line 12", "+and more",
            ])
        #expect(TextDiff(old, old).unified(from: "a", to: "b") == [])
        #expect(TextDiff([], ["x"]).unified(from: "a", to: "b") == ["--- a", "+++ b", "@@ -0,0 +1,1 @@", "+x"])
    }

    @Test func theReportIsInSentences() throws {
        let report = VersionReport(
            [
                "bot": "shop", "current": 4, "version": 5, "result": "preview", "loses": true,
                "data": [
                    ["change": "renamed", "collection": "clients", "former": "people"],
                    ["change": "hidden", "collection": "items", "field": "note", "rows": 12],
                    ["change": "added", "collection": "items", "field": "colour"],
                ],
                "conversations": [
                    "conversations": 10, "closed": 1,
                    "cases": [
                        [
                            "kind": "form", "name": "order", "reason": "is gone", "conversations": 3, "closed": 0,
                            "moved": ["form checkout": 3],
                        ],
                        [
                            "kind": "screen", "name": "item", "reason": "has another type for its argument 'n'", "conversations": 1,
                            "closed": 1, "moved": [:],
                        ],
                    ],
                ],
            ])
        try report.checkPossible()
        #expect(report.loses && !report.isUnchanged)
        #expect(
            report.preview == """
                shop: version 4 → 5
                data:
                  'clients' was called 'people' and keeps what it holds
                  'items.note' is gone; its 12 values stay in the database, where no bot sees them
                  'items.colour' is new
                conversations:
                  3 conversations wait in form 'order', which is gone
                    `migrate` takes them to form checkout
                  1 conversation is at screen 'item', which has another type for its argument 'n'
                    nothing says where it goes on: what was open below is shown
                """)
    }

    @Test func refusalsEndTheCommand() {
        let refused = VersionReport(["bot": "shop", "refusals": ["2 rows of 'items' have no 'weight'"]])
        let error = #expect(throws: CLIError.self) { try refused.checkPossible() }
        #expect(error?.exitCode == Exit.dataError)
        #expect(error?.message.contains("2 rows of 'items' have no 'weight'") ?? false)
        #expect(throws: CLIError.self) { try VersionReport(["bot": "shop", "missing": 7]).checkPossible() }
    }
}
