/// An address of IPv4 or IPv6. IPv4 addresses mapped into IPv6 (`::ffff:c0a8:1`) are the IPv4 addresses they stand for.
struct IPAddress: Hashable {
    let isV4: Bool
    /// An IPv4 address fills the lowest 32 bits.
    let bits: UInt128

    var width: Int { isV4 ? 32 : 128 }

    init(isV4: Bool, bits: UInt128) {
        let isMapped = !isV4 && bits >> 32 == 0xFFFF
        self.isV4 = isV4 || isMapped
        self.bits = isMapped ? bits & 0xFFFF_FFFF : bits
    }

    /// Nil for what is no address. Zones and IPv4 in dotted form mapped into IPv6 are refused.
    init?(_ text: String) {
        let bytes = Array(text.utf8)
        if bytes.contains(UInt8(ascii: ":")) {
            guard let bits = Self.parseV6(bytes) else { return nil }
            self.init(isV4: false, bits: bits)
        } else {
            guard let bits = Self.parseV4(bytes[...]) else { return nil }
            self.init(isV4: true, bits: UInt128(bits))
        }
    }

    private static func parseV4(_ bytes: ArraySlice<UInt8>) -> UInt32? {
        let parts = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var bits: UInt32 = 0
        for part in parts {
            guard (1...3).contains(part.count), part.allSatisfy(\.isDigit), part.count == 1 || part.first != 0x30 else {
                return nil
            }
            let number = part.reduce(UInt32(0)) { $0 * 10 + UInt32($1 - 0x30) }
            guard number <= 255 else { return nil }
            bits = bits << 8 | number
        }
        return bits
    }

    private static func parseV6(_ bytes: [UInt8]) -> UInt128? {
        var rest = bytes[...]
        var before: [UInt16] = []
        var after: [UInt16]?
        if rest.starts(with: "::".utf8) {
            after = []
            rest = rest.dropFirst(2)
        }
        while !rest.isEmpty {
            let part = rest.prefix { $0 != UInt8(ascii: ":") }
            rest = rest.dropFirst(part.count)
            var groups: [UInt16] = []
            if part.contains(UInt8(ascii: ".")) {
                guard rest.isEmpty, let last = parseV4(part) else { return nil }
                groups = [UInt16(last >> 16), UInt16(truncatingIfNeeded: last)]
                let whole = before + (after ?? [])
                let isMapped = whole.last == 0xFFFF && whole.dropLast().allSatisfy { $0 == 0 }
                if isMapped { return nil }
            } else {
                guard (1...4).contains(part.count), part.allSatisfy({ $0.hexValue != nil }) else { return nil }
                groups = [part.reduce(UInt16(0)) { $0 << 4 | UInt16($1.hexValue ?? 0) }]
            }
            if after == nil { before += groups } else { after? += groups }
            if rest.isEmpty { break }
            rest = rest.dropFirst()
            if rest.first == UInt8(ascii: ":") {
                guard after == nil else { return nil }
                after = []
                rest = rest.dropFirst()
            } else if rest.isEmpty {
                return nil
            }
        }
        let count = before.count + (after?.count ?? 0)
        guard after == nil ? count == 8 : count < 8 else { return nil }
        let groups = before + Array(repeating: 0, count: 8 - count) + (after ?? [])
        return groups.reduce(UInt128(0)) { $0 << 16 | UInt128($1) }
    }

    func masked(to prefix: Int) -> IPAddress {
        prefix == 0 ? IPAddress(bits: 0, like: self) : IPAddress(bits: (bits >> (width - prefix)) << (width - prefix), like: self)
    }

    private init(bits: UInt128, like other: IPAddress) {
        isV4 = other.isV4
        self.bits = bits
    }
}

extension IPAddress: CustomStringConvertible {
    /// The canonical form: RFC 5952 for IPv6.
    var description: String {
        if isV4 { return [24, 16, 8, 0].map { "\(bits >> $0 & 0xFF)" }.joined(separator: ".") }
        let groups = (0..<8).map { UInt16(truncatingIfNeeded: bits >> UInt128((7 - $0) * 16)) }
        var longest = 0..<0
        var start = 0
        for position in 0...8 where position == 8 || groups[position] != 0 {
            if position - start > max(1, longest.count) { longest = start..<position }
            start = position + 1
        }
        func text(_ part: ArraySlice<UInt16>) -> String { part.map { String($0, radix: 16) }.joined(separator: ":") }
        if longest.isEmpty { return text(groups[...]) }
        return text(groups[..<longest.lowerBound]) + "::" + text(groups[longest.upperBound...])
    }
}

// What kind of address it is.
extension IPAddress {
    var isUnspecified: Bool { bits == 0 }
    var isLoopback: Bool { isV4 ? bits >> 24 == 127 : bits == 1 }
    var isMulticast: Bool { isV4 ? bits >> 28 == 0xE : bits >> 120 == 0xFF }
    var isLinkLocalMulticast: Bool { isV4 ? bits >> 8 == 0xE00000 : bits >> 112 & 0xFF0F == 0xFF02 }
    var isLinkLocalUnicast: Bool { isV4 ? bits >> 16 == 0xA9FE : bits >> 118 == 0x3FA }
    /// Private addresses count as well.
    var isGlobalUnicast: Bool {
        !isUnspecified && !isLoopback && !isMulticast && !isLinkLocalUnicast && !(isV4 && bits == 0xFFFF_FFFF)
    }
}

/// A network: an address and how many of its leading bits all its addresses share.
struct IPNetwork: Hashable {
    let address: IPAddress
    let prefix: Int

    init(address: IPAddress, prefix: Int) {
        self.address = address
        self.prefix = prefix
    }

    init?(_ text: String) {
        guard let slash = text.lastIndex(of: "/") else { return nil }
        let digits = text[text.index(after: slash)...].utf8
        guard let address = IPAddress(String(text[..<slash])), (1...3).contains(digits.count), digits.allSatisfy(\.isDigit),
            digits.count == 1 || digits.first != 0x30, let prefix = Int(String(Substring(digits))), prefix <= address.width
        else { return nil }
        self.init(address: address, prefix: prefix)
    }

    func contains(_ other: IPAddress) -> Bool {
        other.isV4 == address.isV4 && other.masked(to: prefix) == address.masked(to: prefix)
    }

    func contains(_ other: IPNetwork) -> Bool { other.prefix >= prefix && contains(other.address) }
}
