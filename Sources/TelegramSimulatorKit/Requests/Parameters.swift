package import JSON

/// A file that came with a request.
package struct Upload: Sendable {
    package var name: String
    package var contentType: String?
    package var bytes: [UInt8]

    package init(name: String, contentType: String?, bytes: [UInt8]) {
        self.name = name
        self.contentType = contentType
        self.bytes = bytes
    }
}

/// The parameters of a Bot API call, whatever their encoding.
///
/// Text and JSON are interchangeable, as with the real server: a number may come as a string, an object as a string
/// of JSON. Empty counts as absent.
package struct Parameters: Sendable {
    package enum Value: Sendable {
        case text(String)
        case json(JSON)
    }

    package private(set) var values: [(name: String, value: Value)] = []
    package var uploads: [String: Upload] = [:]

    package init() {}

    /// From pairs, mostly for tests and answers to webhooks.
    package init(_ object: JSONObject) {
        for member in object.members { add(member.key, member.value) }
    }

    package mutating func add(_ name: String, _ text: String) { values.append((name, .text(text))) }

    package mutating func add(_ name: String, _ json: JSON) {
        switch json {
        case .null: return
        case .string(let text): values.append((name, .text(text)))
        default: values.append((name, .json(json)))
        }
    }

    package func contains(_ name: String) -> Bool {
        values.contains { $0.name == name } || uploads[name] != nil
    }

    private func value(_ name: String) -> Value? { values.last { $0.name == name }?.value }

    /// The parameter as text, nil when absent or empty.
    package func text(_ name: String) -> String? {
        switch value(name) {
        case .text(let text): text.isEmpty ? nil : text
        case .json(let json): json.description
        case nil: nil
        }
    }

    /// A whole number; nil when absent or no number.
    package func int(_ name: String) -> Int64? {
        switch value(name) {
        case .text(let text): Int64(text.trimmingSpaces)
        case .json(let json): json.int
        case nil: nil
        }
    }

    package func double(_ name: String) -> Double? {
        switch value(name) {
        case .text(let text): Double(text.trimmingSpaces)
        case .json(let json): json.double
        case nil: nil
        }
    }

    /// `true`, `yes` and `1` in any case; all else is false.
    package func bool(_ name: String) -> Bool {
        switch value(name) {
        case .text(let text): ["true", "yes", "1"].contains(text.trimmingSpaces.lowercased())
        case .json(.bool(let value)): value
        case .json(let json): json.int == 1
        case nil: false
        }
    }

    /// A structured parameter; nil when absent.
    ///
    /// - Throws: the server's words with `what` as subject, such as "can't parse reply keyboard markup JSON object".
    package func json(_ name: String, _ what: String) throws(APIFailure) -> JSON? {
        switch value(name) {
        case .json(let json): return json
        case .text(let text) where !text.trimmingSpaces.isEmpty:
            do throws(JSONError) { return try JSON(parsing: text) } catch {
                throw .badRequest("can't parse \(what) JSON object")
            }
        default: return nil
        }
    }

    /// Puts an upload in place of a parameter's value.
    package mutating func replace(_ name: String, with upload: Upload) {
        values.removeAll { $0.name == name }
        uploads[name] = upload
    }
}

extension String {
    var trimmingSpaces: String {
        guard let first = utf8.first, let last = utf8.last, first <= 0x20 || last <= 0x20 else { return self }
        let head = utf8.drop { $0 <= 0x20 }
        guard let end = head.lastIndex(where: { $0 > 0x20 }) else { return "" }
        return String(Substring(head[...end]))
    }
}
