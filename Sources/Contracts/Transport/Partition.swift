/// The unit of ordering and of scaling: everything of one (bot, chat) falls into one partition.
public struct Partition: Hashable, Sendable, Comparable {
    /// How many there are. Fixed: another number would send waiting messages and new ones to different queues.
    public static let count = 32

    public static let all = (0..<count).map { Partition(index: $0) }

    public let index: Int

    init(index: Int) { self.index = index }

    /// The partition of a key such as ``Event/partitionKey``.
    public init(of key: String) { index = Int(stableHash(key) % UInt64(Self.count)) }

    /// `p00`…`p31`, as it stands in routing keys and queue names.
    public var name: String { index < 10 ? "p0\(index)" : "p\(index)" }

    public static func < (left: Partition, right: Partition) -> Bool { left.index < right.index }
}

/// FNV-1a, 64 bits, with a final mix (the finaliser of MurmurHash3): the same on every machine and in every version,
/// which Swift's seeded `Hasher` is not.
func stableHash(_ text: String) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
    hash = (hash ^ (hash >> 33)) &* 0xFF51_AFD7_ED55_8CCD
    hash = (hash ^ (hash >> 33)) &* 0xC4CE_B9FE_1A85_EC53
    return hash ^ (hash >> 33)
}
