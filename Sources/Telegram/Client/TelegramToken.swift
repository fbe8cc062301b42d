public import Contracts

/// A bot's token: `<account>:<secret>`. Printing, dumping or reflecting it shows the account only.
public struct TelegramToken: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    let text: String
    /// The bot's account, the part before the colon.
    public let account: PersonID

    /// Nil for what can't be a token: the form matters because the token becomes a part of URLs.
    public init?(_ text: String) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty,
            parts[0].utf8.allSatisfy({ $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }),
            parts[1].unicodeScalars.allSatisfy({
                $0.isASCII && ($0.properties.isAlphabetic || ("0"..."9").contains($0) || $0 == "_" || $0 == "-")
            })
        else { return nil }
        self.text = text
        account = PersonID(String(parts[0]))
    }

    public var description: String { "\(account):<redacted>" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: ["account": account.rawValue]) }
}
