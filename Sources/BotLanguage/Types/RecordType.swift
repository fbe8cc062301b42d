package import CEL
package import Contracts

/// A type whose values have named parts: files, messages and places of the platform, and what an author writes as
/// `{name: string, qty: int}`. Kept as JSON.
package final class RecordType: Sendable {
    package struct Part: Sendable, Hashable {
        package let name: String
        package let type: ValueType
    }

    /// In expressions and messages; an author's type is called as it is written.
    package let name: String
    package let parts: [Part]
    package let shape: CELObject.Shape
    /// The part of a message that is such a value: `photo`; nil for what no message is.
    package let messagePart: String?
    /// What it is sent as; nil for what is no file.
    package let media: MediaKind?

    package init(name: String? = nil, _ parts: [Part], messagePart: String? = nil, media: MediaKind? = nil) {
        self.name = name ?? "{" + parts.map { "\($0.name): \($0.type.description)" }.joined(separator: ", ") + "}"
        self.parts = parts
        shape = CELObject.Shape(type: self.name, fields: parts.map(\.name))
        self.messagePart = messagePart
        self.media = media
    }

    package subscript(part: String) -> Part? { parts.first { $0.name == part } }

    package var record: CELRecord { CELRecord(name: name, fields: parts.map { CELRecord.Field($0.name, $0.type.cel) }) }

    /// A value of this type; what isn't given is null.
    package func object(_ values: [String: CELValue]) -> CELValue {
        .object(CELObject(shape: shape, values: parts.map { values[$0.name] ?? .null }))
    }
}

extension RecordType: Hashable {
    package static func == (a: RecordType, b: RecordType) -> Bool { a === b || a.name == b.name && a.parts == b.parts }
    package func hash(into hasher: inout Hasher) { hasher.combine(name) }
}

// What platforms send.
extension RecordType {
    private static func part(_ name: String, _ type: FieldType, isNullable: Bool = false) -> Part {
        Part(name: name, type: ValueType(type, isNullable: isNullable))
    }

    /// One type for each kind of file, so that a photo is never sent as a document.
    package static let files: [MediaKind: RecordType] = Dictionary(
        uniqueKeysWithValues: MediaKind.allCases.map { kind in
            (
                kind,
                RecordType(
                    name: kind.rawValue.split(separator: "_").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined(),
                    [part("id", .string), part("name", .string, isNullable: true), part("size", .int, isNullable: true)],
                    messagePart: kind.rawValue, media: kind)
            )
        })

    package static let location = RecordType(
        name: "Location", [part("latitude", .number), part("longitude", .number)], messagePart: "location")

    package static let contact = RecordType(
        name: "Contact", [part("phone", .string), part("first_name", .string), part("last_name", .string, isNullable: true)],
        messagePart: "contact")

    package static let dice = RecordType(name: "Dice", [part("emoji", .string), part("value", .int)], messagePart: "dice")

    /// A message with its place, so that it can be copied, and with what it carries.
    package static let message = RecordType(
        name: "Message",
        [part("kind", .string), part("text", .string, isNullable: true), part("id", .string), part("chat", .string)]
            + MediaKind.allCases.compactMap { kind in files[kind].map { part(kind.rawValue, .record($0), isNullable: true) } }
            + [location, contact, dice].map { part($0.messagePart ?? "", .record($0), isNullable: true) })

    /// As a definition calls it; nil for an author's own.
    package var builtInName: String? { self == Self.message ? "message" : self == Self.storedFile ? "file" : messagePart }

    /// By their names in definitions.
    package static let builtIn: [String: RecordType] = Dictionary(
        uniqueKeysWithValues: files.map { ($0.key.rawValue, $0.value) } + [
            ("location", location), ("contact", contact), ("dice", dice), ("message", message), ("file", storedFile),
        ])
}
