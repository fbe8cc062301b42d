import FoundationEssentials
import JSON
import TelegramSimulatorKit
import Testing

/// A machine-readable description of the Bot API, from a file that the project doesn't contain.
///
/// Expected: `items[].children[]` with `name`, `category` ("types" or "methods"), `description` and `annotations[]`
/// with `name`, `type` and `required`, as the project aiogram publishes for every version.
struct BotAPIDescription {
    struct Field: Hashable {
        var name: String
        var type: String
        var isRequired: Bool
    }

    static var path: String? { ProcessInfo.processInfo.environment["SWITCHBOARD_BOT_API"] }

    private(set) var methods: [String: [Field]] = [:]
    private(set) var types: [String: [Field]] = [:]
    /// The members of types that are one of several.
    private(set) var unions: [String: [String]] = [:]

    init(path: String) throws {
        let json = try JSON(parsing: [UInt8](Data(contentsOf: URL(filePath: path))))
        var unionTexts: [(name: String, text: String)] = []
        for child in (json["items"]?.array ?? []).flatMap({ $0["children"]?.array ?? [] }) {
            guard let name = child["name"]?.string, let category = child["category"]?.string else { continue }
            let fields = (child["annotations"]?.array ?? []).map {
                Field(
                    name: $0["name"]?.string ?? "", type: $0["type"]?.string ?? "", isRequired: $0["required"]?.bool ?? false)
            }
            switch category {
            case "methods": methods[name] = fields
            case "types" where !fields.isEmpty: types[name] = fields
            case "types": unionTexts.append((name, child["description"]?.string ?? ""))
            default: break
            }
        }
        for (name, text) in unionTexts {
            let members = text.split(separator: "\n").filter { $0.hasPrefix(" - ") }.map { String($0.dropFirst(3)) }
            if members.isEmpty { types[name] = [] } else { unions[name] = members }
        }
    }

    // MARK: Checking values

    /// What is wrong with a value that should be of a type; empty when nothing is.
    func problems(_ value: JSON, _ type: String, at path: String) -> [String] {
        let prefix = "Array of "
        if type.hasPrefix(prefix) {
            guard let array = value.array else { return ["\(path): \(value.kind) instead of \(type)"] }
            return array.enumerated().flatMap { problems($1, String(type.dropFirst(prefix.count)), at: "\(path)[\($0)]") }
        }
        switch type {
        case "Integer": return value.int == nil ? ["\(path): \(value.kind) instead of an integer"] : []
        case "Float": return value.double == nil && value.int == nil ? ["\(path): \(value.kind) instead of a number"] : []
        case "String": return value.string == nil ? ["\(path): \(value.kind) instead of a string"] : []
        case "Boolean": return value.bool == nil ? ["\(path): \(value.kind) instead of a boolean"] : []
        case "True": return value == true ? [] : ["\(path): \(value) instead of true"]
        default: break
        }
        if let members = unions[type] {
            let attempts = members.map { problems(value, $0, at: path) }
            return attempts.min { $0.count < $1.count } ?? []
        }
        guard let fields = types[type] else { return ["\(path): the type \(type) is unknown"] }
        guard let object = value.object else { return ["\(path): \(value.kind) instead of \(type)"] }
        var found: [String] = []
        for field in fields where field.isRequired && object[field.name] == nil { found.append("\(path): no \(field.name) in \(type)") }
        for (name, member) in object.members {
            guard let field = fields.first(where: { $0.name == name }) else {
                found.append("\(path): \(type) has no \(name)")
                continue
            }
            found += problems(member, field.type, at: "\(path).\(name)")
        }
        return found
    }
}

extension Method.Parameter.Kind {
    /// As the description calls it.
    var description: [String] {
        switch self {
        case .integer: ["Integer"]
        case .float: ["Float"]
        case .boolean: ["Boolean"]
        case .string: ["String"]
        case .chat: ["Integer or String"]
        case .file: ["InputFile or String", "InputFile"]
        case .object(let type): [type]
        case .array(let type): ["Array of \(type)"]
        }
    }
}

extension Trait where Self == ConditionTrait {
    static var needsDescription: Self {
        .enabled(
            if: BotAPIDescription.path != nil, "SWITCHBOARD_BOT_API names no file: a description of the Bot API as aiogram publishes it")
    }
}
