/// Width and height of a PNG, JPEG, GIF or WebP, read from its head.
package struct ImageDimensions: Sendable, Hashable {
    package var width: Int64
    package var height: Int64

    package init?(of bytes: [UInt8]) {
        func big(_ index: Int, _ count: Int) -> Int64 {
            index + count <= bytes.count ? bytes[index..<index + count].reduce(0) { $0 << 8 | Int64($1) } : 0
        }
        func little(_ index: Int, _ count: Int) -> Int64 {
            index + count <= bytes.count ? bytes[index..<index + count].reversed().reduce(0) { $0 << 8 | Int64($1) } : 0
        }
        var size: (Int64, Int64) = (0, 0)
        if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47]) {
            size = (big(16, 4), big(20, 4))
        } else if bytes.starts(with: "GIF8".utf8) {
            size = (little(6, 2), little(8, 2))
        } else if bytes.starts(with: "RIFF".utf8), bytes.count > 30, bytes[8..<12].elementsEqual("WEBP".utf8) {
            switch bytes[15] {
            case UInt8(ascii: "X"): size = (little(24, 3) + 1, little(27, 3) + 1)
            case UInt8(ascii: "L"):
                let bits = little(21, 4)
                size = (bits & 0x3FFF + 1, bits >> 14 & 0x3FFF + 1)
            default: size = (little(26, 2) & 0x3FFF, little(28, 2) & 0x3FFF)
            }
        } else if bytes.starts(with: [0xFF, 0xD8]) {
            var index = 2
            while index + 9 < bytes.count, bytes[index] == 0xFF {
                let marker = bytes[index + 1]
                // Start of frame, without the four markers of that range that are none.
                if (0xC0...0xCF).contains(marker), ![0xC4, 0xC8, 0xCC].contains(marker) {
                    size = (big(index + 7, 2), big(index + 5, 2))
                    break
                }
                index += 2 + Int(max(big(index + 2, 2), 2))
            }
        }
        guard size.0 > 0, size.1 > 0 else { return nil }
        width = size.0
        height = size.1
    }
}
