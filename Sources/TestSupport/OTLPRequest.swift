import JSON

/// What a collector checks in a request: the shape that OTLP prescribes for JSON, and that its numbers make sense.
package struct OTLPRequest {
    package struct Span: Hashable, Sendable {
        package var trace: String
        package var id: String
        package var parent: String?
        package var name: String
        package var kind: Int64
        package var start: UInt64
        package var end: UInt64
        package var attributes: [String: String]
        package var isError: Bool
    }

    package struct Invalid: Error, CustomStringConvertible {
        package var description: String
    }

    package private(set) var resource: [String: String] = [:]
    package private(set) var spans: [Span] = []

    package init(_ body: [UInt8]) throws {
        let json = try JSON(parsing: body)
        for resourceSpans in try Self.list(json, "resourceSpans") {
            resource = try Self.attributes(resourceSpans["resource"])
            for scopeSpans in try Self.list(resourceSpans, "scopeSpans") {
                guard scopeSpans["scope"]?["name"]?.string?.isEmpty == false else { throw Invalid(description: "a scope without a name") }
                for span in try Self.list(scopeSpans, "spans") { spans.append(try Self.span(span)) }
            }
        }
    }

    private static func list(_ json: JSON, _ key: String) throws -> [JSON] {
        guard let list = json[key]?.array, !list.isEmpty else { throw Invalid(description: "\(key) is no list with something in it") }
        return list
    }

    private static func span(_ json: JSON) throws -> Span {
        func id(_ key: String, _ digits: Int) throws -> String? {
            guard let value = json[key] else { return nil }
            guard let text = value.string, text.utf8.count == digits, text.contains(where: { $0 != "0" }),
                text.utf8.allSatisfy({
                    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0)
                })
            else { throw Invalid(description: "\(key) is not \(digits) hexadecimal digits: \(value)") }
            return text
        }
        func time(_ key: String) throws -> UInt64 {
            // 64-bit numbers are text; after 2020 and before 2100.
            guard let time = json[key]?.string.flatMap({ UInt64($0) }), (1_577_836_800...4_102_444_800).contains(time / 1_000_000_000)
            else {
                throw Invalid(description: "\(key) is no time: \(json[key] ?? .null)")
            }
            return time
        }
        guard let trace = try id("traceId", 32), let own = try id("spanId", 16) else { throw Invalid(description: "a span without ids") }
        guard let name = json["name"]?.string, !name.isEmpty else { throw Invalid(description: "a span without a name") }
        guard let kind = json["kind"]?.int, (1...5).contains(kind) else { throw Invalid(description: "no kind: \(json["kind"] ?? .null)") }
        if let flags = json["flags"], !(0...0x3FF).contains(flags.int ?? -1) { throw Invalid(description: "flags: \(flags)") }
        let (start, end) = (try time("startTimeUnixNano"), try time("endTimeUnixNano"))
        guard start <= end else { throw Invalid(description: "\(name) ends before it starts") }
        let code = json["status"]?["code"]?.int ?? 0
        guard (0...2).contains(code) else { throw Invalid(description: "status \(code)") }
        let known: Set<String> = [
            "traceId", "spanId", "parentSpanId", "flags", "name", "kind", "startTimeUnixNano", "endTimeUnixNano", "attributes", "status",
        ]
        for (key, _) in json.object?.members ?? [] where !known.contains(key) { throw Invalid(description: "no member of a span: \(key)") }
        let parent = try id("parentSpanId", 16)
        guard parent != own else { throw Invalid(description: "\(name) is its own parent") }
        return Span(
            trace: trace, id: own, parent: parent, name: name, kind: kind, start: start, end: end,
            attributes: json["attributes"] == nil ? [:] : try attributes(json), isError: code == 2)
    }

    private static func attributes(_ json: JSON?) throws -> [String: String] {
        var attributes: [String: String] = [:]
        for attribute in json?["attributes"]?.array ?? [] {
            guard let key = attribute["key"]?.string, !key.isEmpty, let value = attribute["value"]?.object, value.members.count == 1 else {
                throw Invalid(description: "no attribute: \(attribute)")
            }
            let text: String? =
                switch value.members[0].key {
                case "stringValue": value.members[0].value.string
                case "intValue": value.members[0].value.string.flatMap { Int64($0) }.map { String($0) }
                case "boolValue": value.members[0].value.bool.map { String($0) }
                default: nil
                }
            guard let text else { throw Invalid(description: "\(key) has no value of its type: \(attribute)") }
            guard attributes.updateValue(text, forKey: key) == nil else { throw Invalid(description: "\(key) stands twice") }
        }
        return attributes
    }
}
