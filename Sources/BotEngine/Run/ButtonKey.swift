package import Contracts

/// The callback data of a button: which keyboard, which button, and whose. At most 28 bytes of the platform's 64.
package struct ButtonKey: Hashable, Sendable {
    var keyboard: Int64
    var index: Int
    /// A fingerprint of the person whose conversation it is: in groups everybody can tap every button.
    var owner: UInt32

    package init(keyboard: Int64, index: Int, owner: PersonID?) {
        self.keyboard = keyboard
        self.index = index
        self.owner = Self.fingerprint(owner)
    }

    /// Nil for anything that this engine didn't write.
    init?(_ data: String) {
        let parts = data.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, data.utf8.count <= 40, let keyboard = Int64(parts[0], radix: 36), keyboard > 0,
            let index = Int(parts[1], radix: 36), index >= 0, let owner = UInt32(parts[2], radix: 36)
        else { return nil }
        self.keyboard = keyboard
        self.index = index
        self.owner = owner
    }

    package var data: String { "\(String(keyboard, radix: 36)).\(String(index, radix: 36)).\(String(owner, radix: 36))" }

    static func fingerprint(_ person: PersonID?) -> UInt32 {
        UInt32(truncatingIfNeeded: StableHash.of(person?.rawValue ?? ""))
    }
}
