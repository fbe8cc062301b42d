import TelegramSimulatorKit
import Testing

struct ScriptBundleTests {
    private let sources = [
        "main.js": "// Main.\nimport { one, two as zwei } from \"/a.js\";\nimport * as b from \"/b.js\";\nb.run(one, zwei);\n",
        "a.js":
            "import { run } from \"/b.js\";\nexport const one = () => run;\nexport async function two() {}\nconst mine = \"export const no\";",
        "b.js": "let count = 0;\nexport function run() { count++; }\nexport class Thing$ {}",
        "unused.js": "export const never = 1;",
    ]

    @Test func modulesRunOnceInOrder() throws {
        let script = try ScriptBundle(sources).script(entry: "main.js")
        #expect(
            script == """
                const $b = (() => { // b.js
                let count = 0;
                function run() { count++; }
                class Thing$ {}
                return { run, Thing$ };
                })();
                const $a = (() => { // a.js
                const { run } = $b;
                const one = () => run;
                async function two() {}
                const mine = "export const no";
                return { one, two };
                })();
                const $main = (() => { // main.js
                // Main.
                const { one, two: zwei } = $a;
                const b = $b;
                b.run(one, zwei);

                return {  };
                })();

                """)
    }

    @Test(arguments: [
        (["main.js": "import { a } from \"/a.js\";"], "main.js imports a.js, which is not there"),
        (
            ["main.js": "import { a } from \"/a.js\";", "a.js": "import { b } from \"/main.js\";"],
            "main.js imports a.js imports main.js: a circle"
        ),
        (["main.js": "\nimport a from \"/a.js\";"], "main.js:2: can't join this import"),
        (["main.js": "import { a } from './a.js';"], "main.js:1: can't join this import"),
        (["main.js": "export default 1;"], "main.js:1: can't join this export"),
        (["main.js": "export let changes = 1;"], "main.js:1: can't join this export"),
    ])
    func whatItDoesNotUnderstandIsRefused(sources: [String: String], reason: String) {
        let failure = #expect(throws: ScriptBundle.Failure.self) { try ScriptBundle(sources).script(entry: "main.js") }
        #expect(failure?.description == reason)
    }
}

struct ByteRangeTests {
    @Test(
        arguments: [
            (nil, ByteRange.whole), ("bytes=0-", .part(0..<100)), ("bytes=0-0", .part(0..<1)), ("bytes=10-19", .part(10..<20)),
            ("Bytes=10 - 19", .part(10..<20)), ("bytes=90-1000", .part(90..<100)), ("bytes=-1", .part(99..<100)),
            ("bytes=-1000", .part(0..<100)),
            ("bytes=100-", .unsatisfiable), ("bytes=-0", .unsatisfiable), ("bytes=99999999999999999999-", .unsatisfiable),
            ("bytes=5-99999999999999999999", .part(5..<100)), ("bytes=9223372036854775807-", .unsatisfiable),
            // What is not understood is ignored, as the standard has it.
            ("bytes=20-10", .whole), ("bytes=0-1,5-6", .whole), ("bytes=-", .whole), ("bytes=a-b", .whole), ("lines=0-1", .whole),
            ("bytes", .whole),
            ("bytes=--1", .whole), ("bytes=+1-2", .whole),
        ] as [(String?, ByteRange)])
    func ranges(header: String?, range: ByteRange) { #expect(ByteRange(header, count: 100) == range) }

    @Test func anEmptyFileHasNoParts() {
        #expect(ByteRange("bytes=0-", count: 0) == .unsatisfiable)
        #expect(ByteRange("bytes=-5", count: 0) == .unsatisfiable)
        #expect(ByteRange(nil, count: 0) == .whole)
    }
}
