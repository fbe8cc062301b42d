/// Random text for credentials.
enum RandomText {
    /// Letters and digits only, so that it needs no escaping in a URL, a configuration file or SQL. 32 of them carry 190 bits.
    static func alphanumeric(_ count: Int = 32) -> String {
        let letters = Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
        var source = SystemRandomNumberGenerator()
        return String((0..<count).map { _ in letters[Int.random(in: 0..<letters.count, using: &source)] })
    }
}

/// FNV-1a, 64 bit: the same text gives the same short name on every machine and run (`Hasher` is seeded per process).
func stableHash(_ text: String) -> String {
    let hash = text.utf8.reduce(UInt64(0xcbf2_9ce4_8422_2325)) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    return String(hash, radix: 16)
}
