import Contracts

/// Marked-up text as people see it.
enum VisibleText {
    static func of(_ text: String, _ mode: ParseMode) -> String {
        var shown: String
        switch mode {
        case .none: shown = text
        case .html: shown = html(text)
        case .markdown: shown = markdown(text)
        }
        while let last = shown.last, last.isWhitespace { shown.removeLast() }
        return shown
    }

    private static func html(_ text: String) -> String {
        var result = ""
        var rest = Substring(text)
        while let character = rest.first {
            if character == "<", let end = rest.firstIndex(of: ">") {
                rest = rest[rest.index(after: end)...]
            } else if character == "&", let end = rest.prefix(12).firstIndex(of: ";"),
                let value = entity(rest[rest.index(after: rest.startIndex)..<end])
            {
                result.append(value)
                rest = rest[rest.index(after: end)...]
            } else {
                result.append(character)
                rest = rest.dropFirst()
            }
        }
        return result
    }

    private static func entity(_ name: Substring) -> Character? {
        switch name {
        case "lt": return "<"
        case "gt": return ">"
        case "amp": return "&"
        case "quot": return "\""
        default:
            guard name.hasPrefix("#") else { return nil }
            let digits = name.dropFirst()
            let number = digits.hasPrefix("x") ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits)
            return number.flatMap(Unicode.Scalar.init).map(Character.init)
        }
    }

    /// https://core.telegram.org/bots/api#markdownv2-style
    private static func markdown(_ text: String) -> String {
        let source = Array(text)
        var result = ""
        var index = 0
        var isCode = false
        while index < source.count {
            let character = source[index]
            switch character {
            case "\\" where index + 1 < source.count:
                result.append(source[index + 1])
                index += 1
            case "`":
                isCode.toggle()
                if index + 2 < source.count, source[index + 1] == "`", source[index + 2] == "`" { index += 2 }
            case "*", "_", "~", "|": if isCode { result.append(character) }
            case ">" where index == 0 || source[index - 1] == "\n": break
            case "!" where !isCode && index + 1 < source.count && source[index + 1] == "[": break
            case "[" where !isCode: break
            case "]" where !isCode && index + 1 < source.count && source[index + 1] == "(":
                while index < source.count, source[index] != ")" { index += source[index] == "\\" ? 2 : 1 }
            default: result.append(character)
            }
            index += 1
        }
        return result
    }
}
