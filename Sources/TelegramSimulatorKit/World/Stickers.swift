import JSON

package struct Sticker: Sendable, Hashable {
    package enum Format: String, Sendable { case `static`, animated, video }

    package let file: FileID
    package let format: Format
    /// What it stands for, one at least.
    package var emoji: [String]
    package var keywords: [String] = []
    /// `MaskPosition`
    var maskPosition: JSON?
    /// Of custom emoji.
    package let customEmojiID: String?
}

package struct StickerSet: Sendable {
    package enum Kind: String, Sendable {
        case regular, mask
        case customEmoji = "custom_emoji"

        /// Stickers of a set at most.
        var maximum: Int { self == .customEmoji ? 200 : 120 }
        /// Pixels of the longer side of a still sticker.
        var side: Int64 { self == .customEmoji ? 100 : 512 }
    }

    package let name: String
    package var title: String
    package let kind: Kind
    /// Nil for the server's own sets.
    package let bot: BotID?
    package let owner: PersonID?
    package let needsRepainting: Bool
    package var stickers: [Sticker] = []
    package var thumbnail: FileID?
}

/// The sets of stickers of all bots.
package struct StickerStore: Sendable {
    /// By their names in lower case.
    private var sets: [String: StickerSet] = [:]
    private var names: [FileID: String] = [:]
    /// The files of custom emoji by their ids.
    package private(set) var customEmoji: [String: FileID] = [:]

    package subscript(name: String) -> StickerSet? { sets[name.lowercased()] }

    /// The set of a sticker and its place in it.
    package func place(of file: FileID) -> (set: StickerSet, index: Int)? {
        guard let name = names[file], let set = sets[name], let index = set.stickers.firstIndex(where: { $0.file == file }) else {
            return nil
        }
        return (set, index)
    }

    mutating func set(_ set: StickerSet) {
        remove(set.name)
        let key = set.name.lowercased()
        sets[key] = set
        for sticker in set.stickers {
            names[sticker.file] = key
            if let id = sticker.customEmojiID { customEmoji[id] = sticker.file }
        }
    }

    mutating func remove(_ name: String) {
        for sticker in sets.removeValue(forKey: name.lowercased())?.stickers ?? [] {
            names[sticker.file] = nil
            if let id = sticker.customEmojiID { customEmoji[id] = nil }
        }
    }

    /// Icons that everybody may give to topics, with the ids that they have in the real service.
    static let topicIcons: [(id: String, emoji: String)] = [
        ("5312536423851630001", "💡"), ("5312016608254762256", "⚡️"), ("5377316857231450742", "❓"), ("5312241539987020022", "🔥"),
    ]
    static let topicSet = "Topics"
}
