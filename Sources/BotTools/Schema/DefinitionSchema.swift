import BotLanguage
package import JSON

/// The JSON Schema (2020-12) of bot.yaml, for completion and hints in editors. Made from the tables by which definitions are read.
///
/// It knows keys and how values are written, not what expressions mean: what it accepts may still be refused, what it refuses is
/// wrong.
package enum DefinitionSchema {
    package static var json: JSON {
        [
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": "A bot of Switchboard",
            "$ref": .string(reference(to: Construct.bot.id)),
            "$defs": .object(JSONObject(Construct.all.map { ($0.id, schema(of: $0)) } + [("step", step)])),
        ]
    }

    private static func reference(to id: String) -> String { "#/$defs/\(id)" }

    private static func schema(of construct: Construct) -> JSON {
        var schema: [JSONObject.Member] = [("description", .string(construct.documentation)), ("type", "object")]
        let properties: [JSONObject.Member] = construct.keys.map { key in
            guard case .object(var value) = self.schema(of: key.shape) else { return (key.name, .bool(true)) }
            value["description"] = .string(key.documentation)
            return (key.name, .object(value))
        }
        schema.append(("properties", .object(JSONObject(properties))))
        let required = construct.keys.filter(\.isRequired).map { JSON.string($0.name) }
        if !required.isEmpty { schema.append(("required", .array(required))) }
        if let others = construct.others {
            schema.append(("propertyNames", ["pattern": .string(construct.otherNames ?? namePattern)]))
            schema.append(("additionalProperties", self.schema(of: others)))
        } else {
            schema.append(("additionalProperties", false))
        }
        return .object(JSONObject(schema))
    }

    /// Which step it is, is told by its first key.
    private static var step: JSON {
        [
            "description": "What is done: one of the steps.",
            "anyOf": .array(
                Construct.steps.map { step in
                    [
                        "$ref": .string(reference(to: step.id)), "required": .array(step.names.prefix(1).map { .string($0) }),
                    ]
                }),
        ]
    }

    private static let namePattern = "^[A-Za-z_][A-Za-z0-9_]{0,29}$"
    private static let headPattern = #"^[A-Za-z_][A-Za-z0-9_]{0,29}( *\(.*\))?$"#

    private static func schema(of shape: Shape) -> JSON {
        switch shape {
        // YAML writes numbers and flags without quotes; they are read as texts.
        case .cel, .template: return ["type": ["string", "number", "boolean"]]
        case .text, .name: return ["type": ["string", "number", "boolean"]]
        case .type: return ["type": "string"]
        case .conditionalText: return any([schema(of: .template), list(schema(of: .construct("text_case")))])
        case .word(let words): return ["enum": .array(words.map { .string($0) })]
        case .flag: return ["enum": [true, false, "true", "false", "yes", "no", "on", "off"]]
        case .whole(let range):
            return ["type": "integer", "minimum": .int(Int64(range.lowerBound)), "maximum": .int(Int64(range.upperBound))]
        case .number: return ["type": "number"]
        case .range: return ["type": "string", "pattern": #"^\s*[A-Za-z_][A-Za-z0-9_]*\s+in\s+\S"#]
        case .construct(let id): return ["$ref": .string(reference(to: id))]
        case .named(let value): return named(value, namePattern)
        case .functions(let value): return named(value, headPattern)
        case .list(let element): return list(schema(of: element))
        case .oneOrMore(let element): return any([schema(of: element), list(schema(of: element))])
        case .either(let shapes): return any(shapes.map(schema))
        case .steps: return any([["$ref": .string(reference(to: "step"))], list(["$ref": .string(reference(to: "step"))])])
        }
    }

    private static func named(_ value: Shape, _ pattern: String) -> JSON {
        ["type": "object", "propertyNames": ["pattern": .string(pattern)], "additionalProperties": schema(of: value)]
    }

    private static func list(_ element: JSON) -> JSON { ["type": "array", "items": element] }

    private static func any(_ schemas: [JSON]) -> JSON { ["anyOf": .array(schemas)] }
}
