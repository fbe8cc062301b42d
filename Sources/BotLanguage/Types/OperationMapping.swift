package import CEL
package import Contracts
package import JSON

/// Values of expressions <-> what travels to and from workers.
package enum OperationMapping {
    // MARK: Types

    /// What an expression for an argument must be; nil: one of several types, which the loader looks at itself.
    package static func argumentType(_ field: OperationField, of operation: Operation) -> CELType? {
        guard let type = type(field.type, named: "\(operation).\(field.name)") else { return nil }
        return field.isOptional ? type.orNull : type
    }

    private static func type(_ type: OperationType, named name: String) -> CELType? {
        switch type {
        case .string: .string
        case .int, .money: .int
        case .number: .double
        case .bool: .bool
        case .timestamp: .timestamp
        case .duration: .duration
        case .list(let element): Self.type(element, named: name).map { .list($0) }
        case .record: .object(name)
        case .file, .secret: nil
        }
    }

    /// The type of `result` or `progress`.
    package static func record(_ fields: [OperationField], named name: String) -> RecordType {
        RecordType(
            name: name,
            fields.map {
                RecordType.Part(name: $0.name, type: ValueType(fieldType($0.type, named: "\(name).\($0.name)"), isNullable: $0.isOptional))
            })
    }

    package static func resultName(_ operation: Operation) -> String { "\(operation).result" }
    package static func progressName(_ operation: Operation) -> String { "\(operation).progress" }

    private static func fieldType(_ type: OperationType, named name: String) -> FieldType {
        switch type {
        case .string, .secret: .string
        case .int: .int
        case .number: .number
        case .bool: .bool
        case .timestamp: .timestamp
        case .duration: .duration
        case .money: .money
        case .list(let element): .list(fieldType(element, named: name))
        case .record(let fields): .record(record(fields, named: name))
        case .file: .record(.storedFile)
        }
    }

    /// Every record that expressions about an operation may meet.
    package static func records(of contract: OperationContract) -> [RecordType] {
        var found: [RecordType] = [.storedFile, .failure]
        func add(_ type: FieldType) {
            switch type {
            case .list(let element): add(element)
            case .record(let record) where !found.contains(record):
                found.append(record)
                for part in record.parts { add(part.type.type) }
            default: break
            }
        }
        for argument in contract.arguments { add(fieldType(argument.type, named: "\(contract.operation).\(argument.name)")) }
        add(.record(record(contract.result, named: resultName(contract.operation))))
        if let progress = contract.progress { add(.record(record(progress, named: progressName(contract.operation)))) }
        return found
    }

    // MARK: Values

    /// As it travels. Nil for null, which is left out.
    package static func json(_ value: CELValue, _ type: OperationType) throws(ValueError) -> JSON? {
        switch (type, value) {
        case (_, .null): return nil
        case (.string, .string(let text)): return .string(text)
        case (.int, .int(let number)), (.money, .int(let number)): return .int(number)
        case (.number, .double(let number)):
            guard number.isFinite else { throw ValueError(message: "no finite number") }
            return .double(number)
        case (.number, .int(let number)): return .double(Double(number))
        case (.bool, .bool(let flag)): return .bool(flag)
        case (.timestamp, .timestamp(let moment)): return .int(moment.seconds * 1_000 + Int64(moment.nanoseconds) / 1_000_000)
        case (.duration, .duration(let span)): return .int(span.nanoseconds / 1_000_000)
        case (.list(let element), .list(let values)):
            var elements: [JSON] = []
            for value in values { elements.append(try json(value, element) ?? .null) }
            return .array(elements)
        case (.record(let fields), .object(let object)):
            return .object(try members(fields) { object[$0] })
        case (.record(let fields), .map(let map)): return .object(try members(fields) { map[.string($0)] })
        case (.file, .object(let file)):
            guard let file = self.file(file) else { throw ValueError(message: "no file") }
            return try? JSON(parsing: file.jsonBytes)
        case (.secret, _):
            guard let text = SecretText.text(value) else { throw ValueError(message: "no secret") }
            return .string(text)
        default: throw ValueError(message: "\(value.type), but \(type.description) is wanted")
        }
    }

    private static func members(_ fields: [OperationField], _ value: (String) -> CELValue?) throws(ValueError) -> JSONObject {
        var members: [JSONObject.Member] = []
        for field in fields {
            do throws(ValueError) {
                if let json = try json(value(field.name) ?? .null, field.type) { members.append((field.name, json)) }
            } catch {
                throw ValueError(message: "a record whose '\(field.name)' is \(error.message)")
            }
        }
        return JSONObject(members)
    }

    /// A file that somebody sent, or one of an operation.
    private static func file(_ object: CELObject) -> OperationFile? {
        func text(_ name: String) -> String? { if case .string(let text)? = object[name] { text } else { nil } }
        var size: Int64?
        if case .int(let number)? = object["size"] { size = number }
        let kind = RecordType.files.first { $0.value.name == object.type }?.key ?? text("kind").flatMap(MediaKind.init)
        guard let kind else { return nil }
        guard text("id") != nil || text("key") != nil else { return nil }
        return OperationFile(id: text("id"), key: text("key"), kind: kind, name: text("name"), size: size)
    }

    /// What came back, as a record. Nil when it doesn't keep to the contract.
    package static func record(_ values: JSONObject, _ fields: [OperationField], named name: String) -> CELValue? {
        guard fields.problem(with: values) == nil else { return nil }
        return cel(values, fields, record(fields, named: name))
    }

    private static func cel(_ values: JSONObject, _ fields: [OperationField], _ type: RecordType) -> CELValue {
        var parts: [String: CELValue] = [:]
        for field in fields {
            guard let value = values[field.name], case let part = type[field.name] else { continue }
            parts[field.name] = cel(value, field.type, part?.type.type)
        }
        return type.object(parts)
    }

    /// - Parameter declared: the same type in expressions.
    private static func cel(_ json: JSON, _ type: OperationType, _ declared: FieldType?) -> CELValue {
        switch type {
        case .string, .secret: return .string((json.string ?? "").withoutNUL)
        case .int, .money: return .int(json.int ?? 0)
        case .number: return .double(json.double ?? 0)
        case .bool: return .bool(json.bool ?? false)
        case .timestamp: return ValueMapping.timestamp(microseconds: (json.int ?? 0).multipliedReportingOverflow(by: 1_000).partialValue)
        case .duration: return .duration(CELDuration(nanoseconds: (json.int ?? 0).multipliedReportingOverflow(by: 1_000_000).partialValue))
        case .list(let element):
            var inner: FieldType?
            if case .list(let type)? = declared { inner = type }
            return .list((json.array ?? []).map { cel($0, element, inner) })
        case .record(let fields):
            guard case .record(let record)? = declared, let object = json.object else { return .null }
            return cel(object, fields, record)
        case .file:
            guard let file = try? OperationFile(json: json) else { return .null }
            var values: [String: CELValue] = [
                "kind": .string(file.kind.rawValue), "name": file.name.map { .string($0) } ?? .null,
                "size": file.size.map { .int($0) } ?? .null,
            ]
            values["id"] = file.id.map { .string($0) } ?? .null
            values["key"] = file.key.map { .string($0) } ?? .null
            return RecordType.storedFile.object(values)
        }
    }

    package static func failure(_ failure: OperationFailure) -> CELValue {
        RecordType.failure.object(["code": .string(failure.code.rawValue), "message": .string(failure.message.withoutNUL)])
    }
}

extension RecordType {
    private static func part(_ name: String, _ type: FieldType, isNullable: Bool = false) -> Part {
        Part(name: name, type: ValueType(type, isNullable: isNullable))
    }

    /// A file that an operation gave.
    package static let storedFile = RecordType(
        name: "File",
        [
            part("kind", .string), part("id", .string, isNullable: true), part("key", .string, isNullable: true),
            part("name", .string, isNullable: true), part("size", .int, isNullable: true),
        ])

    /// Why an operation wasn't done.
    package static let failure = RecordType(name: "Failure", [part("code", .string), part("message", .string)])
}
