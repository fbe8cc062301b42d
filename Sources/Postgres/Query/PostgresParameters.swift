/// Values for `$1`, `$2`, …, already encoded: one run of bytes and where each value lies in it.
public struct PostgresParameters: Sendable {
    package struct Entry: Sendable, Hashable {
        package var type: PostgresType
        package var offset: Int
        /// Nil is NULL.
        package var length: Int?
    }

    package private(set) var buffer = PostgresBuffer()
    package private(set) var entries: [Entry] = []

    public init() {}

    public var count: Int { entries.count }

    /// Appends a value; nil is NULL of the value's type.
    public mutating func append<Value: PostgresEncodable>(_ value: Value?) {
        let offset = buffer.bytes.count
        guard let value else {
            entries.append(Entry(type: Value.postgresType, offset: offset, length: nil))
            return
        }
        value.encode(into: &buffer)
        entries.append(Entry(type: Value.postgresType, offset: offset, length: buffer.bytes.count - offset))
    }

    /// Appends a NULL whose type the server finds out.
    public mutating func appendNull() {
        entries.append(Entry(type: .unspecified, offset: buffer.bytes.count, length: nil))
    }
}
