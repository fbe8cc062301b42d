/// The version of the wire format. A reader understands every minor version of its own major version: newer minors only
/// add members and kinds, which older readers ignore or pass on.
public struct SchemaVersion: Hashable, Sendable, CustomStringConvertible {
    public var major: Int
    public var minor: Int

    public static let current = SchemaVersion(major: 1, minor: 2)

    public init(major: Int, minor: Int) {
        self.major = major
        self.minor = minor
    }

    /// From `1.0`; nil for anything else.
    public init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false).map { Int($0) }
        guard parts.count == 2, let major = parts[0], let minor = parts[1], major >= 0, minor >= 0 else { return nil }
        self.init(major: major, minor: minor)
    }

    public var isReadable: Bool { major == Self.current.major }
    public var description: String { "\(major).\(minor)" }
}
