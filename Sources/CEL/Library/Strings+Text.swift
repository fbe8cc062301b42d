/// Work on the UTF-8 of strings.
enum Text {
    /// The place of the first occurrence at or after an index; an empty text occurs everywhere.
    static func firstIndex(of needle: String.UTF8View, in text: String.UTF8View, from start: Int) -> Int? {
        find(Array(needle), in: Array(text), from: start)
    }

    static func find(_ needle: [UInt8], in text: [UInt8], from start: Int) -> Int? {
        guard let first = needle.first else { return start <= text.count ? start : nil }
        var position = start
        while position + needle.count <= text.count {
            if text[position] == first, text[position..<position + needle.count].elementsEqual(needle) { return position }
            position += 1
        }
        return nil
    }
}
