package import JSON

/// A bot as the older format has it: frames with what they show, and which frame follows.
///
/// ```json
/// {"bot": {"name": "shop"}, "frames": [
///   {"name": "start", "type": "photo", "photo": {"source": "https://…", "caption": "Hello"}, "parseMode": "HTML",
///    "markup": [{"text": "Prices", "nextFrameName": "prices"}], "nextFrameName": "start"}]}
/// ```
package struct FrameBot: Sendable {
    package struct Frame: Sendable {
        /// Where it stands: `frames[2]`.
        var path: String
        var name: String
        var kind: Kind
        var text: String?
        var mode: Mode
        var showsPreview: Bool
        /// Rows of buttons.
        var buttons: [[FrameButton]]
        /// What follows any other message.
        var next: String?
        /// What belongs to the kind: a file, a place, a poll.
        var content: JSON
    }

    package struct FrameButton: Sendable {
        var text: String
        var next: String?
        var url: String?
        var webApp: String?
    }

    package enum Kind: String, Sendable, CaseIterable {
        case text, photo, audio, document, video, animation, voice, location, venue, contact, poll, quiz, dice
        case videoNote = "videonote"
        case mediaGroup = "mediagroup"
        case webApp = "webapp"
    }

    package enum Mode: Sendable { case none, html, markdown, legacyMarkdown }

    var name: String
    var frames: [Frame]
    /// What was left out, and what is another now.
    private(set) var remarks: [String] = []

    /// - Throws: what makes it unreadable as a whole; what is wrong with single members is in ``remarks``.
    package init(_ json: JSON) throws(FrameError) {
        guard json.object != nil else { throw FrameError("the file holds no JSON object") }
        name = json["bot"]?.string ?? json["bot"]?.any("name", "username")?.string ?? json["name"]?.string ?? "imported"
        guard let list = json["frames"]?.array else { throw FrameError("there is no list 'frames'") }
        guard !list.isEmpty else { throw FrameError("'frames' is empty") }
        frames = []
        for (index, element) in list.enumerated() { frames.append(try read(element, "frames[\(index)]")) }
        var seen: Set<String> = []
        for frame in frames where !seen.insert(frame.name).inserted {
            throw FrameError("\(frame.path): there are two frames '\(frame.name)'")
        }
        for frame in frames {
            for next in [frame.next] + frame.buttons.flatMap({ $0 }).map(\.next) {
                if let next, !seen.contains(next) { throw FrameError("\(frame.path): there is no frame '\(next)'") }
            }
        }
        let known = ["bot", "name", "frames"]
        for member in json.object?.members ?? [] where !known.contains(member.key) { remarks.append("'\(member.key)' was left out") }
    }

    private mutating func read(_ json: JSON, _ path: String) throws(FrameError) -> Frame {
        guard json.object != nil else { throw FrameError("\(path) is no object") }
        guard let name = json["name"]?.string, !name.isEmpty else { throw FrameError("\(path) has no 'name'") }
        let kind = try kind(of: json, path)
        var known = ["name", "type", "text", "caption", "parseMode", "parse_mode", "markup", "nextFrameName", "next_frame_name"]
        known += ["disableWebPagePreview", "disable_web_page_preview", "linkPreview", "link_preview"]
        let member = json.object?.members.first { Self.plain($0.key) == kind.rawValue && kind != .text }
        if let member { known.append(member.key) }
        for other in json.object?.members ?? [] where !known.contains(other.key) { remarks.append("\(path).\(other.key) was left out") }
        let isHidden = json.any("disableWebPagePreview", "disable_web_page_preview")?.bool ?? false
        return Frame(
            path: path, name: name, kind: kind, text: json["text"]?.string ?? json["caption"]?.string ?? member?.value["caption"]?.string,
            mode: try mode(json.any("parseMode", "parse_mode"), path),
            showsPreview: json.any("linkPreview", "link_preview")?.bool ?? !isHidden, buttons: try buttons(json["markup"], path),
            next: json.any("nextFrameName", "next_frame_name")?.string, content: member?.value ?? .null)
    }

    /// As it says, or by what it holds.
    private func kind(of json: JSON, _ path: String) throws(FrameError) -> Kind {
        if let type = json["type"]?.string {
            let plain = Self.plain(type)
            if let kind = Kind(rawValue: plain == "album" ? "mediagroup" : plain) { return kind }
            throw FrameError("\(path): there is no kind of frame '\(type)'")
        }
        return Kind.allCases.first { kind in kind != .text && json.object?.members.contains { Self.plain($0.key) == kind.rawValue } ?? false
        } ?? .text
    }

    private static func plain(_ text: String) -> String { text.lowercased().filter { $0 != "_" && $0 != "-" && $0 != " " } }

    private func mode(_ json: JSON?, _ path: String) throws(FrameError) -> Mode {
        switch json?.string?.lowercased() {
        case nil, "", "none", "text", "plain": return .none
        case "html": return .html
        case "markdownv2": return .markdown
        case "markdown": return .legacyMarkdown
        case let other?: throw FrameError("\(path): there is no parse mode '\(other)'")
        }
    }

    private func buttons(_ json: JSON?, _ path: String) throws(FrameError) -> [[FrameButton]] {
        guard let json, !json.isNull else { return [] }
        guard let rows = json.array else { throw FrameError("\(path).markup is no list") }
        var result: [[FrameButton]] = []
        for row in rows {
            var buttons: [FrameButton] = []
            for item in row.array ?? [row] {
                guard let text = item["text"]?.string, !text.isEmpty else { throw FrameError("\(path): a button has no 'text'") }
                buttons.append(
                    FrameButton(
                        text: text, next: item.any("nextFrameName", "next_frame_name")?.string, url: item["url"]?.string,
                        webApp: item.any("webApp", "web_app").flatMap { $0.string ?? $0["url"]?.string }))
            }
            result.append(buttons)
        }
        return result
    }
}

/// Why frames can't be read.
package struct FrameError: Error, Sendable, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }
}

extension JSON {
    /// The first of these members that is there.
    func any(_ names: String...) -> JSON? {
        for name in names { if let value = self[name], !value.isNull { return value } }
        return nil
    }
}
