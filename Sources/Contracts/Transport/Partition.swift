/// The unit of ordering and of scaling: everything of one (bot, chat) falls into one partition.
public struct Partition: Hashable, Sendable, Comparable {
    /// How many there are. Fixed: another number would send waiting messages and new ones to different queues.
    public static let count = 32

    public static let all = (0..<count).map { Partition(index: $0) }

    public let index: Int

    init(index: Int) { self.index = index }

    /// The partition of a key such as ``Event/partitionKey``.
    public init(of key: String) { index = Int(StableHash.of(key) % UInt64(Self.count)) }

    /// `p00`…`p31`, as it stands in routing keys and queue names.
    public var name: String { index < 10 ? "p0\(index)" : "p\(index)" }

    public static func < (left: Partition, right: Partition) -> Bool { left.index < right.index }
}
