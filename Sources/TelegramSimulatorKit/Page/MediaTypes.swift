/// What a file is by its first bytes, for the kinds that a browser may show in place.
///
/// Names and declared types come from strangers; a page that one of them sent must not run as one of ours.
package enum MediaType {
    package static func sniff(_ bytes: [UInt8]) -> String? {
        func has(_ text: StaticString, at offset: Int = 0) -> Bool {
            text.withUTF8Buffer { $0.count + offset <= bytes.count && bytes[offset..<offset + $0.count].elementsEqual($0) }
        }
        if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47]) { return "image/png" }
        if bytes.starts(with: [0xFF, 0xD8, 0xFF]) { return "image/jpeg" }
        if has("GIF8") { return "image/gif" }
        if has("RIFF"), has("WEBP", at: 8) { return "image/webp" }
        if has("RIFF"), has("WAVE", at: 8) { return "audio/wav" }
        if has("OggS") { return "audio/ogg" }
        if has("fLaC") { return "audio/flac" }
        if has("ID3") || (bytes.count > 1 && bytes[0] == 0xFF && bytes[1] & 0xE6 == 0xE2) { return "audio/mpeg" }
        if has("ftypM4A", at: 4) { return "audio/mp4" }
        if has("ftyp", at: 4) { return "video/mp4" }
        if bytes.starts(with: [0x1A, 0x45, 0xDF, 0xA3]) { return "video/webm" }
        return nil
    }
}
