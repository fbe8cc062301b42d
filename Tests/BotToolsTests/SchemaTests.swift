import BotLanguage
import BotTools
import FoundationEssentials
import JSON
import TestSupport
import Testing
import Yams

@Suite struct SchemaTests {
    private static let root = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")

    @Test func theDocumentsAreCurrent() throws {
        let path = Self.root + "/docs/bot.schema.json"
        let schema = DefinitionSchema.json.pretty
        if ProcessInfo.processInfo.environment["UPDATE_DOCS"] == "1" { try schema.write(toFile: path, atomically: true, encoding: .utf8) }
        #expect(try String(contentsOfFile: path, encoding: .utf8) == schema, "run the tests with UPDATE_DOCS=1")
        let reference = DocumentSection("constructs", in: "docs/language/reference.md")
        #expect(try reference.difference(from: ConstructReference.markdown.joined(separator: "\n")) == nil)
    }

    @Test func everyReferenceLeadsSomewhere() {
        var wanted: Set<String> = []
        func collect(_ json: JSON) {
            if let target = json["$ref"]?.string { wanted.insert(target) }
            for member in json.object?.members ?? [] { collect(member.value) }
            for element in json.array ?? [] { collect(element) }
        }
        collect(DefinitionSchema.json)
        let known = Set((DefinitionSchema.json["$defs"]?.object?.members ?? []).map { "#/$defs/\($0.key)" })
        #expect(wanted.subtracting(known).isEmpty)
        #expect(Set(Construct.all.map(\.id)).count == Construct.all.count, "two constructs have one id")
    }

    @Test func acceptsTheBots() throws {
        let folders = try FileManager.default.contentsOfDirectory(atPath: Self.root + "/bots")
        #expect(folders.count >= 2)
        for folder in folders.sorted() {
            let text = try String(contentsOfFile: "\(Self.root)/bots/\(folder)/bot.yaml", encoding: .utf8)
            #expect(SchemaCheck(DefinitionSchema.json).problems(with: try json(text)) == [], "\(folder)")
        }
    }

    @Test(arguments: [
        ("bot: b\nscreens: {home: {txt: Hello}}", "txt"),
        ("bot: b\nscreens: {home: {text: Hello, buttons: [{label: A, goto: home}]}}", "goto"),
        ("bot: b\nhandlers: [{command: start, do: [{shout: hello}]}]", "shout"),
        ("bot: b\nforms: {f: {fields: {a: {ask: Name?, typ: int}}, done: []}}", "typ"),
        ("bot: b\ndata: {items: {'two words': string}}", "two words"),
        ("bot: b\ndata: {items: {a: {type: int, maximum: 3}}}", "maximum"),
        ("screens: {home: {text: Hello}}", "bot"),
        ("bot: b\nscreens: {home: {text: Hello, keyboard: big}}", "big"),
        ("bot: b\nversion: first\nscreens: {home: {text: Hello}}", "first"),
    ])
    func refusesWhatIsWrong(_ yaml: String, _ what: String) throws {
        #expect(SchemaCheck(DefinitionSchema.json).problems(with: try json(yaml)) != [], "\(what)")
    }

    /// As an editor sees it: unquoted numbers and flags are none of text.
    private func json(_ yaml: String) throws -> JSON { convert(try Yams.load(yaml: yaml)) }

    private func convert(_ value: Any?) -> JSON {
        switch value {
        case let flag as Bool: .bool(flag)
        case let number as Int: .int(Int64(number))
        case let number as Double: .double(number)
        case let text as String: .string(text)
        case let list as [Any?]: .array(list.map(convert))
        case let map as [AnyHashable: Any?]: .object(JSONObject(map.map { ("\($0.key)", convert($0.value)) }))
        default: .null
        }
    }
}

/// As much of JSON Schema as the schema of definitions uses.
private struct SchemaCheck {
    let root: JSON

    init(_ root: JSON) { self.root = root }

    func problems(with value: JSON) -> [String] { problems(value, root, "") }

    private func problems(_ value: JSON, _ schema: JSON, _ path: String) -> [String] {
        var found: [String] = []
        if let target = schema["$ref"]?.string, let name = target.split(separator: "/").last {
            found += problems(value, root["$defs"]?[String(name)] ?? .null, path)
        }
        if let options = schema["anyOf"]?.array, !options.contains(where: { problems(value, $0, path).isEmpty }) {
            found.append("\(path): fits none of \(options.count)")
        }
        if let words = schema["enum"]?.array, !words.contains(value) { found.append("\(path): \(value) is none of \(words)") }
        if let type = schema["type"], !(type.array ?? [type]).contains(where: { isOf(value, $0.string) }) {
            found.append("\(path): \(value) is no \(type)")
        }
        if let text = value.string, let pattern = schema["pattern"]?.string, !matches(text, pattern) { found.append("\(path): \(text)") }
        if let number = value.int, let low = schema["minimum"]?.int, number < low { found.append("\(path): \(number)") }
        if let number = value.int, let high = schema["maximum"]?.int, number > high { found.append("\(path): \(number)") }
        for (index, element) in (value.array ?? []).enumerated() {
            if let items = schema["items"] { found += problems(element, items, "\(path)/\(index)") }
        }
        guard let object = value.object else { return found }
        for name in schema["required"]?.array ?? [] where object[name.string ?? ""] == nil { found.append("\(path): needs \(name)") }
        for member in object.members {
            let own = "\(path)/\(member.key)"
            if let property = schema["properties"]?[member.key] {
                found += problems(member.value, property, own)
                continue
            }
            if let pattern = schema["propertyNames"]?["pattern"]?.string, !matches(member.key, pattern) { found.append(own) }
            switch schema["additionalProperties"] {
            case .bool(false): found.append("\(own) is unknown")
            case let other?: found += problems(member.value, other, own)
            case nil: break
            }
        }
        return found
    }

    private func isOf(_ value: JSON, _ type: String?) -> Bool {
        switch (type, value) {
        case ("string", .string), ("boolean", .bool), ("integer", .int), ("number", .int), ("number", .double), ("array", .array),
            ("object", .object):
            true
        default: false
        }
    }

    private func matches(_ text: String, _ pattern: String) -> Bool { (try? Regex(pattern).firstMatch(in: text)) ?? nil != nil }
}
