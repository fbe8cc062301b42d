import BotLanguage
import CEL
import Contracts

enum Texts {
    /// Telegram's limits in UTF-16 units.
    static let messageLimit = 4096
    static let captionLimit = 1024
    static let toastLimit = 200
    static let labelLimit = 64
    static let copyLimit = 256
    /// Of one message, and of one row of it.
    static let buttonsLimit = 100
    static let rowLimit = 8

    /// A value as people read it.
    static func show(_ value: CELValue) -> String { ShownText.of(value) }

    /// At most `limit` UTF-16 units, ending with an ellipsis when something was cut off.
    static func cut(_ text: String, to limit: Int) -> String { ShownText.cut(text, to: limit) }
}

/// How values are put into marked-up text, so that what people write never becomes markup.
enum Escaping: Sendable {
    case none, html, markdown

    init(_ mode: ParseMode) {
        switch mode {
        case .none: self = .none
        case .html: self = .html
        case .markdown: self = .markdown
        }
    }

    func escape(_ text: String) -> String {
        switch self {
        case .none: return text
        case .html:
            var result = ""
            for scalar in text.unicodeScalars {
                switch scalar {
                case "&": result += "&amp;"
                case "<": result += "&lt;"
                case ">": result += "&gt;"
                case "\"": result += "&quot;"
                default: result.unicodeScalars.append(scalar)
                }
            }
            return result
        case .markdown:
            var result = ""
            for scalar in text.unicodeScalars {
                // MarkdownV2 wants every ASCII character that could mean something escaped.
                if "_*[]()~`>#+-=|{}.!\\".unicodeScalars.contains(scalar) { result += "\\" }
                result.unicodeScalars.append(scalar)
            }
            return result
        }
    }
}
