extension CELLibrary {
    /// The extension for strings. Indices count code points.
    static let strings: [CELFunction] = [
        CELFunction(
            "charAt", documentation: "The code point at an index; '' at the end.",
            .receiver(
                [.string, .int], returns: .string,
                .binary { text, index in
                    let scalars = Array(try text.asString().unicodeScalars)
                    let index = try Scalars.index(try index.asInt(), upTo: scalars.count)
                    return .string(index < scalars.count ? String(Character(scalars[index])) : "")
                })),
        search(
            "indexOf", "The index of the first occurrence, from an index on if given; -1 when there is none.", isLast: false),
        search(
            "lastIndexOf", "The index of the last occurrence, up to an index if given; -1 when there is none.", isLast: true),
        casing("lowerAscii", "The text with A to Z made small.") { $0 >= 0x41 && $0 <= 0x5A ? $0 + 0x20 : $0 },
        casing("upperAscii", "The text with a to z made large.") { $0 >= 0x61 && $0 <= 0x7A ? $0 - 0x20 : $0 },
        CELFunction(
            "trim", documentation: "The text without white space at its ends.",
            .receiver(
                [.string], returns: .string,
                .unary { value in
                    let scalars = Array(try value.asString().unicodeScalars)
                    let start = scalars.firstIndex { !$0.properties.isWhitespace } ?? scalars.count
                    let end = scalars.lastIndex { !$0.properties.isWhitespace }.map { $0 + 1 } ?? start
                    return .string(Scalars.text(scalars[start..<end]))
                })),
        CELFunction(
            "substring", documentation: "The text from one index up to, without, another or the end.",
            .receiver(
                [.string, .int], returns: .string,
                .binary { text, start in
                    let scalars = Array(try text.asString().unicodeScalars)
                    return .string(Scalars.text(scalars[try Scalars.index(try start.asInt(), upTo: scalars.count)...]))
                }),
            .receiver(
                [.string, .int, .int], returns: .string,
                .ternary { text, start, end in
                    let scalars = Array(try text.asString().unicodeScalars)
                    let start = try Scalars.index(try start.asInt(), upTo: scalars.count)
                    let end = try Scalars.index(try end.asInt(), upTo: scalars.count)
                    guard start <= end else { throw CELError(.indexOutOfRange, "the substring ends before it starts") }
                    return .string(Scalars.text(scalars[start..<end]))
                })),
        CELFunction(
            "replace", documentation: "The text with occurrences replaced: all, or as many as given.",
            .receiver(
                [.string, .string, .string], returns: .string,
                .ternary { text, old, new in
                    .string(try Scalars.replace(text.asString(), old.asString(), new.asString(), limit: -1))
                }),
            .receiver(
                [.string, .string, .string, .int], returns: .string,
                .variadic { arguments in
                    .string(
                        try Scalars.replace(
                            arguments[0].asString(), arguments[1].asString(), arguments[2].asString(), limit: arguments[3].asInt()))
                })),
        CELFunction(
            "split", documentation: "The parts between occurrences of a separator, at most as many as given.",
            .receiver(
                [.string, .string], returns: .list(.string),
                .binary { text, separator in
                    .list(try Scalars.split(text.asString(), separator.asString(), limit: -1))
                }),
            .receiver(
                [.string, .string, .int], returns: .list(.string),
                .ternary { text, separator, limit in
                    .list(try Scalars.split(text.asString(), separator.asString(), limit: limit.asInt()))
                })),
        CELFunction(
            "join", documentation: "The texts of a list one after another, with a separator if given.",
            .receiver([.list(.string)], returns: .string, .unary { .string(try Scalars.join($0.asList(), "")) }),
            .receiver(
                [.list(.string), .string], returns: .string, .binary { .string(try Scalars.join($0.asList(), $1.asString())) })),
        CELFunction(
            "strings.quote", documentation: "The text in double quotes, with its special characters escaped.",
            .global([.string], returns: .string, .unary { .string(Scalars.quote(try $0.asString())) })),
    ]

    private static func search(_ name: String, _ documentation: String, isLast: Bool) -> CELFunction {
        CELFunction(
            name, documentation: documentation,
            .receiver(
                [.string, .string], returns: .int,
                .binary { text, part in
                    .int(try Scalars.find(try part.asString(), in: try text.asString(), bound: nil, isLast: isLast))
                }),
            .receiver(
                [.string, .string, .int], returns: .int,
                .ternary { text, part, bound in
                    .int(try Scalars.find(try part.asString(), in: try text.asString(), bound: try bound.asInt(), isLast: isLast))
                }))
    }

    private static func casing(
        _ name: String, _ documentation: String, _ body: @escaping @Sendable (UInt8) -> UInt8
    ) -> CELFunction {
        CELFunction(
            name, documentation: documentation,
            .receiver(
                [.string], returns: .string,
                .unary { .string(String(decoding: try $0.asString().utf8.map(body), as: UTF8.self)) }))
    }
}

/// Work on strings by code points.
enum Scalars {
    static func text(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        return String(view)
    }

    static func index(_ index: Int64, upTo count: Int) throws(CELError) -> Int {
        guard index >= 0, index <= Int64(count) else {
            throw CELError(.indexOutOfRange, "the index is outside the text")
        }
        return Int(index)
    }

    static func find(_ part: String, in text: String, bound: Int64?, isLast: Bool) throws(CELError) -> Int64 {
        let scalars = Array(text.unicodeScalars)
        let part = Array(part.unicodeScalars)
        let bound = try bound.map { bound throws(CELError) in try index(bound, upTo: scalars.count) }
        let last = scalars.count - part.count
        guard last >= 0 else { return -1 }
        let places =
            isLast
            ? stride(from: min(bound ?? last, last), through: 0, by: -1) : stride(from: bound ?? 0, through: last, by: 1)
        for place in places where scalars[place..<place + part.count].elementsEqual(part) { return Int64(place) }
        return -1
    }

    static func replace(_ text: String, _ old: String, _ new: String, limit: Int64) throws(CELError) -> String {
        if limit == 0 { return text }
        let bytes = Array(text.utf8)
        let old = Array(old.utf8)
        let new = Array(new.utf8)
        var result: [UInt8] = []
        var position = 0
        var done: Int64 = 0
        while limit < 0 || done < limit, let place = Text.find(old, in: bytes, from: position) {
            result += bytes[position..<place]
            result += new
            done += 1
            position = place + old.count
            // An empty text is found before every code point and at the end.
            if old.isEmpty {
                guard place < bytes.count else { break }
                repeat {
                    result.append(bytes[position])
                    position += 1
                } while position < bytes.count && bytes[position] & 0xC0 == 0x80
            }
            guard result.count <= CELLibrary.largestText else { throw .invalid("the text would be too long") }
        }
        if position < bytes.count { result += bytes[position...] }
        return String(decoding: result, as: UTF8.self)
    }

    static func split(_ text: String, _ separator: String, limit: Int64) throws(CELError) -> [CELValue] {
        if limit == 0 { return [] }
        if limit == 1 { return [.string(text)] }
        if separator.isEmpty {
            let scalars = Array(text.unicodeScalars)
            let single = limit < 0 ? scalars.count : min(scalars.count, Int(clamping: limit - 1))
            var parts = scalars[..<single].map { CELValue.string(String(Character($0))) }
            if single < scalars.count { parts.append(.string(self.text(scalars[single...]))) }
            return parts
        }
        let bytes = Array(text.utf8)
        let separator = Array(separator.utf8)
        var parts: [CELValue] = []
        var position = 0
        while limit < 0 || Int64(parts.count) < limit - 1, let place = Text.find(separator, in: bytes, from: position) {
            parts.append(.string(String(decoding: bytes[position..<place], as: UTF8.self)))
            position = place + separator.count
        }
        parts.append(.string(String(decoding: bytes[position...], as: UTF8.self)))
        return parts
    }

    static func join(_ list: [CELValue], _ separator: String) throws(CELError) -> String {
        var result = ""
        for (position, element) in list.enumerated() {
            if position > 0 { result += separator }
            result += try element.asString()
            guard result.utf8.count <= CELLibrary.largestText else { throw .invalid("the text would be too long") }
        }
        return result
    }

    static func quote(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\u{07}": result += "\\a"
            case "\u{08}": result += "\\b"
            case "\u{0C}": result += "\\f"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case "\u{0B}": result += "\\v"
            case "\\": result += "\\\\"
            case "\"": result += "\\\""
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
