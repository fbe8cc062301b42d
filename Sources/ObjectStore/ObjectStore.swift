/// Keeps whole objects (files that people sent, mostly) under keys.
///
/// What is put is there, whole, for everybody who gets it afterwards; until then the object before is. Whoever puts or deletes the same key at the same
/// time: the last one counts.
package protocol ObjectStore: Sendable {
    /// Makes the object, or replaces it.
    func put(_ key: ObjectKey, _ content: ObjectContent) async throws(ObjectStoreError)
    /// Writes the object to a file, which appears only when it is whole; its folder must exist.
    ///
    /// - Parameter maximumSize: in bytes; a larger one fails with `tooLarge`.
    /// - Throws: `notFound` when there is no such object.
    func get(_ key: ObjectKey, toFile path: String, maximumSize: Int64) async throws(ObjectStoreError)
    /// Without effect when there is no such object.
    func delete(_ key: ObjectKey) async throws(ObjectStoreError)
    /// Objects whose keys begin so, in the order of their keys' bytes.
    ///
    /// - Parameters:
    ///   - prefix: empty: all.
    ///   - after: those behind this key only.
    ///   - limit: at most 1000.
    func list(prefix: String, after: ObjectKey?, limit: Int) async throws(ObjectStoreError) -> [ObjectInfo]
}

package enum ObjectContent: Sendable {
    case bytes([UInt8])
    /// A regular file, read while it is stored; it must not change meanwhile.
    case file(path: String)
}

package struct ObjectInfo: Sendable, Hashable {
    package var key: ObjectKey
    /// In bytes.
    package var size: Int64

    package init(key: ObjectKey, size: Int64) {
        self.key = key
        self.size = size
    }
}

/// The name of an object: parts of letters, digits, `-`, `_` and `.` with `/` between them, none of which begins with a `.`; 512 bytes
/// at most. So a key is a path that leads nowhere else, and needs no encoding in a URL.
package struct ObjectKey: Sendable, Hashable, Comparable, CustomStringConvertible {
    package let text: String

    /// Nil when it is no key.
    package init?(_ text: String) {
        guard (1...512).contains(text.utf8.count) else { return nil }
        let parts = text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        guard
            parts.allSatisfy({ part in
                (1...200).contains(part.count) && part.first != UInt8(ascii: ".") && part.allSatisfy(Self.isAllowed)
            })
        else { return nil }
        self.text = text
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
            true
        default: false
        }
    }

    package var description: String { text }

    package static func < (left: Self, right: Self) -> Bool { left.text.utf8.lexicographicallyPrecedes(right.text.utf8) }
}

package struct ObjectStoreError: Error, Sendable, CustomStringConvertible, CustomDebugStringConvertible {
    package struct Code: Sendable, Hashable, CustomStringConvertible {
        package let description: String

        /// There is no such object.
        package static let notFound = Code(description: "not_found")
        /// It is larger than was allowed.
        package static let tooLarge = Code(description: "too_large")
        /// The store doesn't let us: keys, rights, a bucket that isn't there.
        package static let denied = Code(description: "denied")
        /// It is away, or too busy: later it may work.
        package static let unavailable = Code(description: "unavailable")
        /// A local file can't be read or written.
        package static let file = Code(description: "file")
        /// It said something that nobody understands.
        package static let other = Code(description: "other")
    }

    package var code: Code
    package var message: String
    package var cause: (any Error)?

    package init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    package var isTransient: Bool { code == .unavailable }
    package var description: String { message }
    package var debugDescription: String { "ObjectStoreError(\(code)): \(message)" + (cause.map { "; cause: \($0)" } ?? "") }
}
