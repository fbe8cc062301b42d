import BotLanguage
import BotStore
import Contracts
import JSON

/// What ``DefinitionTool`` has to say. Members that have no value are left out.
struct ToolReport: JSONEncodable {
    enum Result: String {
        case preview
        case done
        /// It was so already.
        case unchanged
    }

    var file: String?
    var bot: BotName?
    /// What is current, before anything is done.
    var current: Int?
    /// What is, or would be, current then.
    var version: Int?
    var result: Result?
    var data: [DataChange] = []
    var impact: ConversationImpact?
    var mistakes: [Diagnostic] = []
    var refusals: [String] = []
    /// A version that there is none of.
    var missing: Int?
    var versions: [StoredVersion]?
    var showsText = false

    var status: Int32 {
        if missing != nil || mistakes.contains(where: { $0.code == .unreadable }) { return DefinitionTool.Status.noInput }
        return mistakes.isEmpty && refusals.isEmpty ? DefinitionTool.Status.done : DefinitionTool.Status.refused
    }

    /// Whether somebody loses something: a place in a conversation, or the sight of what was entered.
    private var loses: Bool { (impact?.closed ?? 0) > 0 || data.contains(where: \.hidesData) }

    func write(to json: inout JSONWriter) {
        json.object {
            $0.member("file", file)
            $0.member("bot", bot?.rawValue)
            $0.member("current", current)
            $0.member("version", version)
            $0.member("result", result?.rawValue)
            $0.member("data", data)
            $0.member("conversations", impact)
            if result == .preview { $0.member("loses", loses) }
            if !mistakes.isEmpty { $0.member("mistakes", mistakes) }
            if !refusals.isEmpty { $0.member("refusals", refusals) }
            $0.member("missing", missing)
            $0.member("versions", versions.map { $0.map { VersionReport(version: $0, isCurrent: $0.number == current, showsText: showsText) } })
        }
    }
}

private struct VersionReport: JSONEncodable {
    let version: StoredVersion
    let isCurrent: Bool
    let showsText: Bool

    func write(to json: inout JSONWriter) {
        json.object {
            $0.member("number", version.number)
            $0.member("current", isCurrent)
            $0.member("published_at", version.publishedAt.milliseconds)
            $0.member("author_version", version.authorVersion)
            $0.member("note", version.note)
            $0.member("files", version.content.files.count)
            if showsText {
                $0.member("definition", version.content.text)
                $0.member("file_hashes", object: { json in
                    for (name, hash) in version.content.files.sorted(by: { $0.key < $1.key }) { json.member(name, hash) }
                })
            }
        }
    }
}
