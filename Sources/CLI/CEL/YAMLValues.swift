import JSON
import Yams

/// YAML, of which JSON is a part, as JSON values.
enum YAMLValues {
    /// - Throws: ``CLIError`` (`dataError`), naming the place.
    static func read(_ text: String, name: String) throws -> JSON {
        do {
            guard let node = try Yams.compose(yaml: text) else { return .null }
            return try json(node, depth: 0)
        } catch let error as YamlError {
            throw CLIError("\(name): \(error)", exitCode: Exit.dataError)
        } catch let error as Unfit {
            throw CLIError("\(name): \(error.message)", exitCode: Exit.dataError)
        }
    }

    private struct Unfit: Error {
        let message: String
    }

    private static let depthLimit = 64

    private static func json(_ node: Node, depth: Int) throws -> JSON {
        guard depth < depthLimit else { throw Unfit(message: "this nests more than \(depthLimit) levels deep") }
        switch node {
        case .scalar(let scalar):
            switch node.tag {
            case Tag(.null): return .null
            case Tag(.bool): return node.bool.map { .bool($0) } ?? .string(scalar.string)
            case Tag(.int): return node.int.map { .int(Int64($0)) } ?? node.float.map { .double($0) } ?? .string(scalar.string)
            case Tag(.float): return node.float.map { .double($0) } ?? .string(scalar.string)
            default: return .string(scalar.string)
            }
        case .sequence(let sequence): return .array(try sequence.map { try json($0, depth: depth + 1) })
        case .mapping(let mapping):
            return .object(
                JSONObject(
                    try mapping.map { key, value in
                        guard case .scalar(let name) = key else { throw Unfit(message: "a key must be a text") }
                        return (key: name.string, value: try json(value, depth: depth + 1))
                    }))
        case .alias: throw Unfit(message: "aliases have no meaning here")
        }
    }
}
