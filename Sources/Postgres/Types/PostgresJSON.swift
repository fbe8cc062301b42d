/// A json or jsonb value as its UTF-8 text. The text is not parsed here.
public struct PostgresJSON: PostgresCodable, PostgresArrayElement, Hashable {
    public var bytes: [UInt8]

    public init(bytes: [UInt8]) { self.bytes = bytes }
    public init(_ text: String) { bytes = [UInt8](text.utf8) }

    public static var postgresType: PostgresType { .jsonb }
    public static var postgresArrayType: PostgresType { .jsonbArray }

    public func encode(into buffer: inout PostgresBuffer) {
        buffer.write(Self.version)
        buffer.write(bytes)
    }

    public static func decode(from cell: PostgresCell) throws(PostgresCell.Failure) -> PostgresJSON {
        switch cell.type {
        case .jsonb: PostgresJSON(bytes: [UInt8](try body(ofJSONB: cell.present())))
        case .json: PostgresJSON(bytes: [UInt8](try cell.present()))
        default: throw .typeMismatch(wanted: "PostgresJSON")
        }
    }

    /// The format version in front of every binary jsonb; 1 is the only one there has been.
    private static let version: UInt8 = 1

    static func body(ofJSONB bytes: UnsafeRawBufferPointer) throws(PostgresCell.Failure) -> Slice<UnsafeRawBufferPointer> {
        guard bytes.first == version else { throw .invalid("jsonb of an unknown format version") }
        return bytes.dropFirst()
    }
}
