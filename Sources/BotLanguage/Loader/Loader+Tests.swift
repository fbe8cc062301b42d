import CEL
import Contracts

// `tests`: conversations, inline or in `tests.yaml` beside the definition.
extension Loader {
    /// Of `tests.yaml`; what is wrong in it is reported with its own name.
    func readTestFile(_ text: String, named name: String, whole definition: inout Definition?) {
        let main = file
        defer { file = main }
        file = SourceFile(text, name: name)
        let (root, problems) = YAMLReader.read(text, file: file)
        diagnostics += problems
        guard let root, problems.isEmpty, let fields = fields(of: root, .testFile) else { return }
        let inline = definition?.tests.map(\.name) ?? []
        definition?.tests += readTests(fields["tests"] ?? missing("tests", in: fields), taken: inline)
    }

    /// - Parameter names: of tests that stand elsewhere.
    func readTests(_ node: Node?, taken names: [String] = []) -> [ConversationTest] {
        // What tests look at changes nothing about how the bot is run.
        let (reads, hadConversation) = (readsRows, hasConversation)
        defer { (readsRows, hasConversation) = (reads, hadConversation) }
        return declarations(node, "a test", isVariable: false).compactMap { entry in
            if names.contains(entry.name) { report("there is a test '\(entry.name)' in the definition already", at: entry.key) }
            return readTest(entry.name, entry.node, at: position(entry.key))
        }
    }

    private func readTest(_ name: String, _ node: Node, at position: SourcePosition) -> ConversationTest? {
        guard let fields = fields(of: node, .test) else { return nil }
        let start = fields["now"].flatMap { moment($0) } ?? Timestamp(seconds: Self.defaultStart)
        let pick = fields["pick"].flatMap { whole($0, in: 0...Int(Int32.max), "'pick'") }
        let language = fields["language"].flatMap { text($0, "a language") }
        var cast = Cast(language: language, isDeclared: fields["people"] != nil)
        for entry in declarations(fields["people"], "a person") { declarePerson(entry.name, entry.node, entry.key, &cast) }
        let group = fields["group"].flatMap { groupTitle($0) }
        guard let list = fields["steps"] ?? missing("steps", in: fields) else { return nil }
        guard let items = list.sequence, !items.isEmpty else {
            report("'steps' is a list of what happens", at: list, suggestion: "write '- {ann: /start, bot: Hello}'")
            return nil
        }
        // Who talks must be known before expressions name them.
        let drafts = items.map { stepDraft($0, group: group != nil, &cast) }
        let rows = readRows(fields["data"], &cast)
        var scope = Scope(baseWithoutPerson)
        for person in cast.people { scope.add(person.name, .object(Table.usersName)) }
        var steps: [TestStep] = []
        for case let draft? in drafts {
            if let step = testStep(draft, cast, scope, group: group != nil, after: steps.last?.place) { steps.append(step) }
        }
        return ConversationTest(
            name: name, position: position, start: start, pick: pick, people: cast.people, rows: rows, config: testConfig(fields["config"]), group: group,
            isLive: fields["live"].map { flag($0, "'live'") } ?? true, steps: steps)
    }

    /// 2026-01-05 12:00 UTC, a Monday.
    static let defaultStart: Int64 = 1_767_614_400

    private func testConfig(_ node: Node?) -> [String: [String]] {
        guard let node, !node.isEmpty else { return [:] }
        guard let entries = node.mapping else {
            report("'config' is a mapping of settings, found \(node.kind)", at: node)
            return [:]
        }
        var values: [String: [String]] = [:]
        for entry in entries {
            guard let name = entry.key.text else { continue }
            guard config.contains(where: { $0.name == name }) else {
                report(
                    "there is no setting '\(name.prefix(40))' under 'config'", at: entry.key,
                    suggestion: didYouMean(name, config.map(\.name)), code: .unknownName)
                continue
            }
            values[name] = texts(entry.value, "a setting").map(\.text)
        }
        return values
    }

    private func groupTitle(_ node: Node) -> String? {
        switch node.text {
        case "true", "yes", "on": "Group"
        case "false", "no", "off": nil
        default: text(node, "the title of a group")
        }
    }

    // MARK: Time

    /// `2026-01-05T10:00:00Z`, also with the zone's offset.
    func moment(_ node: Node) -> Timestamp? {
        guard let source = text(node, "a moment") else { return nil }
        if let time = try? CELTimestamp(parsing: source) {
            return Timestamp(milliseconds: time.seconds * 1_000 + Int64(time.nanoseconds) / 1_000_000)
        }
        if let seconds = CalendarText.instant(source) { return Timestamp(seconds: seconds) }
        report("this is no moment", at: node, suggestion: "write '2026-01-05T10:00:00Z'")
        return nil
    }

    /// Milliseconds of `1d`, `90m`, `1h30m`.
    func span(_ node: Node) -> Int64? {
        guard let source = text(node, "a span of time") else { return nil }
        var rest = Substring(source.filter { $0 != " " })
        var total = 0.0
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
            let unit = rest.dropFirst(digits.count).prefix { $0.isLetter }
            guard let number = Double(digits), let factor = Self.units[String(unit)] else { break }
            total += number * factor
            rest = rest.dropFirst(digits.count + unit.count)
        }
        // A hundred years.
        guard rest.isEmpty, total > 0, total < 3_155_760_000_000 else {
            report("this is no span of time", at: node, suggestion: "write '1d', '1h30m' or '45s'")
            return nil
        }
        return Int64(total.rounded())
    }

    private static let units: [String: Double] = [
        "ms": 1, "s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 604_800_000,
    ]
}

/// Who takes part in a test.
struct Cast {
    /// Of everybody who has no other; nil: they have none.
    let language: String?
    /// Whether the test names people beforehand.
    let isDeclared: Bool
    private(set) var people: [TestPerson] = []

    init(language: String?, isDeclared: Bool) {
        self.language = language
        self.isDeclared = isDeclared
    }

    func contains(_ name: String) -> Bool { people.contains { $0.name == name } }

    /// The bot knows them from the beginning: a row of the test refers to them.
    mutating func meet(_ name: String) {
        guard let index = people.firstIndex(where: { $0.name == name }) else { return }
        let old = people[index]
        people[index] = TestPerson(name: old.name, person: old.person, fields: old.fields, isKnown: true)
    }

    /// Telegram numbers people.
    var nextID: PersonID { PersonID(1_001 + people.count) }

    mutating func add(_ person: TestPerson) { people.append(person) }

    /// Somebody of whom nothing but the name is known.
    mutating func mention(_ name: String) {
        guard !contains(name) else { return }
        add(
            TestPerson(
                name: name, person: Person(id: nextID, firstName: name, username: nil, language: language), fields: [], isKnown: false))
    }
}
