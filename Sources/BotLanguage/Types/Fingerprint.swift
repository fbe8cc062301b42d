/// A hash that is the same on every machine and in every version, unlike Swift's: FNV-1a with a final mix.
package enum Fingerprint {
    private static let basis: UInt64 = 0xCBF2_9CE4_8422_2325

    package static func of(_ text: String, seed: UInt64? = nil) -> UInt64 {
        var text = text
        return text.withUTF8 { of($0, seed ?? basis) }
    }

    package static func of(_ bytes: [UInt8]) -> UInt64 { bytes.withUnsafeBufferPointer { of($0, basis) } }

    private static func of(_ bytes: UnsafeBufferPointer<UInt8>, _ seed: UInt64) -> UInt64 {
        var hash = seed
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        hash = (hash ^ (hash >> 33)) &* 0xFF51_AFD7_ED55_8CCD
        return hash ^ (hash >> 33)
    }
}
