import CPostgres
import Glibc

/// Conversions between Swift's values and what libpq takes and gives.
enum CStrings {
    /// Keywords and values as two NULL-terminated arrays of C strings, for the duration of the call.
    static func withArrays<Result>(
        _ pairs: [(keyword: String, value: String)],
        _ body: (UnsafePointer<UnsafePointer<CChar>?>?, UnsafePointer<UnsafePointer<CChar>?>?) -> Result
    ) -> Result {
        let keywords = pairs.map { strdup($0.keyword) }
        let values = pairs.map { strdup($0.value) }
        defer { for pointer in keywords + values { free(pointer) } }
        let constKeywords = keywords.map { UnsafePointer($0) } + [nil]
        let constValues = values.map { UnsafePointer($0) } + [nil]
        return constKeywords.withUnsafeBufferPointer { keywords in
            constValues.withUnsafeBufferPointer { values in body(keywords.baseAddress, values.baseAddress) }
        }
    }

    /// libpq's messages end with a line break and may have several lines.
    static func oneLine(_ text: UnsafePointer<CChar>) -> String {
        String(cString: text).split(whereSeparator: \.isNewline).joined(separator: "; ")
    }
}

extension PostgresParameters {
    typealias Pointers<Result> = (
        _ count: Int32, _ types: UnsafePointer<Oid>?, _ values: UnsafePointer<UnsafePointer<CChar>?>?,
        _ lengths: UnsafePointer<Int32>?, _ formats: UnsafePointer<Int32>?
    ) -> Result

    /// The parallel arrays that libpq's sending functions take, for the duration of the call.
    func withPointers<Result>(_ body: Pointers<Result>) -> Result {
        let count = entries.count
        if count == 0 { return body(0, nil, nil, nil, nil) }
        return withUnsafeTemporaryAllocation(of: UnsafePointer<CChar>?.self, capacity: count) { values in
            withUnsafeTemporaryAllocation(of: Int32.self, capacity: count * 3) { numbers in
                buffer.bytes.withUnsafeBytes { bytes in
                    // An empty value needs some address: NULL would make it a null.
                    let base = bytes.baseAddress ?? UnsafeRawPointer(values.baseAddress)
                    for (index, entry) in entries.enumerated() {
                        values[index] = entry.length == nil ? nil : base?.advanced(by: entry.offset).assumingMemoryBound(to: CChar.self)
                        numbers[index] = Int32(truncatingIfNeeded: entry.length ?? 0)
                        numbers[count + index] = 1
                        numbers[2 * count + index] = Int32(bitPattern: entry.type.oid)
                    }
                    guard let lengths = numbers.baseAddress else { return body(0, nil, nil, nil, nil) }
                    return UnsafeRawPointer(lengths + 2 * count).withMemoryRebound(to: Oid.self, capacity: count) { types in
                        body(Int32(truncatingIfNeeded: count), types, values.baseAddress, lengths, lengths + count)
                    }
                }
            }
        }
    }
}

extension PostgresError.ServerReport {
    /// Nil when the error is libpq's own: it has no SQLSTATE then.
    init?(_ result: OpaquePointer) {
        func field(_ code: UnicodeScalar) -> String? {
            PQresultErrorField(result, Int32(code.value)).map { String(cString: $0) }
        }
        // The field codes are those of the protocol's ErrorResponse (PG_DIAG_* in postgres_ext.h).
        guard let sqlState = field("C") else { return nil }
        self.init(sqlState: sqlState, severity: field("V") ?? "ERROR", message: field("M") ?? "no message")
        detail = field("D")
        hint = field("H")
        schema = field("s")
        table = field("t")
        column = field("c")
        constraint = field("n")
        position = field("P").flatMap { Int($0) }
        routine = field("R")
    }
}

/// A `PGcancel`, on its way to the thread that will use it.
///
/// `@unchecked Sendable` holds because libpq copies everything the request needs into the object (PQgetCancel's
/// documentation: it may be used while another thread uses the connection), and only one thread ever holds it.
struct CancelHandle: @unchecked Sendable {
    private let cancel: OpaquePointer

    init(_ cancel: OpaquePointer) { self.cancel = cancel }

    /// Blocks until the server has taken the request, then frees the object. Whether anything was cancelled shows in the
    /// statement's result.
    func deliver() {
        var message = [CChar](repeating: 0, count: 256)
        _ = PQcancel(cancel, &message, Int32(message.count))
        PQfreeCancel(cancel)
    }

    func discard() { PQfreeCancel(cancel) }
}
