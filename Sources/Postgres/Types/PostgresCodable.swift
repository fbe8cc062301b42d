/// A Swift type that can be a parameter. Values travel in PostgreSQL's binary format.
public protocol PostgresEncodable: Sendable {
    /// The type the parameter is declared with.
    static var postgresType: PostgresType { get }
    /// Appends the binary representation, without a length.
    func encode(into buffer: inout PostgresBuffer)
}

/// A Swift type that a column can be read as.
public protocol PostgresDecodable: Sendable {
    /// Reads one cell. Throws ``PostgresCell/Failure`` when the type, the bytes or a null don't fit.
    static func decode(from cell: PostgresCell) throws(PostgresCell.Failure) -> Self
}

public typealias PostgresCodable = PostgresEncodable & PostgresDecodable

/// Big-endian bytes under construction.
public struct PostgresBuffer: Sendable {
    package var bytes: [UInt8] = []

    package init() {}

    public mutating func write(_ byte: UInt8) { bytes.append(byte) }
    public mutating func write(_ other: [UInt8]) { bytes.append(contentsOf: other) }
    public mutating func write(_ text: String) { bytes.append(contentsOf: text.utf8) }

    /// Appends in network byte order.
    public mutating func write<Value: FixedWidthInteger>(_ value: Value) {
        withUnsafeBytes(of: value.bigEndian) { bytes.append(contentsOf: $0) }
    }

    /// Appends a 32-bit length followed by what the closure writes.
    package mutating func writeLengthPrefixed(_ body: (inout PostgresBuffer) -> Void) {
        let start = bytes.count
        write(Int32(0))
        body(&self)
        let length = UInt32(truncatingIfNeeded: bytes.count - start - 4)
        bytes[start] = UInt8(truncatingIfNeeded: length >> 24)
        bytes[start + 1] = UInt8(truncatingIfNeeded: length >> 16)
        bytes[start + 2] = UInt8(truncatingIfNeeded: length >> 8)
        bytes[start + 3] = UInt8(truncatingIfNeeded: length)
    }
}

/// One value of one row, as it arrived: a type and bytes, or null.
///
/// Valid only inside ``PostgresDecodable/decode(from:)``: the bytes belong to the result.
public struct PostgresCell {
    public let type: PostgresType
    let bytes: UnsafeRawBufferPointer?

    package init(type: PostgresType, bytes: UnsafeRawBufferPointer?) {
        self.type = type
        self.bytes = bytes
    }

    public var isNull: Bool { bytes == nil }

    /// Why a cell could not be decoded.
    public enum Failure: Error, Sendable, Hashable {
        case unexpectedNull
        /// The column has another type; `wanted` names what was asked for.
        case typeMismatch(wanted: String)
        /// The type fits, the value doesn't.
        case invalid(String)
    }

    /// The bytes of a non-null cell of one of the given types.
    public func withBytes<Value>(
        of types: PostgresType..., wanted: String,
        _ read: (UnsafeRawBufferPointer) throws(Failure) -> Value
    ) throws(Failure) -> Value {
        guard types.contains(type) else { throw .typeMismatch(wanted: wanted) }
        guard let bytes else { throw .unexpectedNull }
        return try read(bytes)
    }

    /// The bytes, when not null; the caller has checked the type.
    func present() throws(Failure) -> UnsafeRawBufferPointer {
        guard let bytes else { throw .unexpectedNull }
        return bytes
    }
}

extension UnsafeRawBufferPointer {
    /// The whole buffer as one big-endian integer of exactly that width.
    func integer<Value: FixedWidthInteger>(_: Value.Type = Value.self) throws(PostgresCell.Failure) -> Value {
        guard count == MemoryLayout<Value>.size else { throw .invalid("\(count) bytes instead of \(MemoryLayout<Value>.size)") }
        return Value(bigEndian: loadUnaligned(as: Value.self))
    }

    /// A big-endian integer at an offset.
    func integer<Value: FixedWidthInteger>(at offset: Int, _: Value.Type = Value.self) throws(PostgresCell.Failure) -> Value {
        guard offset >= 0, offset + MemoryLayout<Value>.size <= count else { throw .invalid("value ends too early") }
        return Value(bigEndian: loadUnaligned(fromByteOffset: offset, as: Value.self))
    }
}

extension Optional: PostgresDecodable where Wrapped: PostgresDecodable {
    public static func decode(from cell: PostgresCell) throws(PostgresCell.Failure) -> Wrapped? {
        cell.isNull ? nil : try Wrapped.decode(from: cell)
    }
}
