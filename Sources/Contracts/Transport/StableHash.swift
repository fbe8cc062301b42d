/// FNV-1a, 64 bits, with a final mix (the finaliser of MurmurHash3): the same on every machine and in every version,
/// which Swift's seeded `Hasher` is not. Queues, names of indexes and kept keyboards depend on it.
package enum StableHash {
    private static let basis: UInt64 = 0xCBF2_9CE4_8422_2325

    /// - Parameter seed: another hash, to chain them; nil: FNV's own beginning.
    package static func of(_ text: String, seed: UInt64? = nil) -> UInt64 {
        var text = text
        return text.withUTF8 { of($0, seed ?? basis) }
    }

    package static func of(_ bytes: [UInt8]) -> UInt64 { bytes.withUnsafeBufferPointer { of($0, basis) } }

    private static func of(_ bytes: UnsafeBufferPointer<UInt8>, _ seed: UInt64) -> UInt64 {
        var hash = seed
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        hash = (hash ^ (hash >> 33)) &* 0xFF51_AFD7_ED55_8CCD
        hash = (hash ^ (hash >> 33)) &* 0xC4CE_B9FE_1A85_EC53
        return hash ^ (hash >> 33)
    }
}
