import DevServices
package import JSON

/// What would happen, or has happened, to a bot, in sentences.
package struct VersionReport: Sendable {
    package let json: JSON

    package init(_ json: JSON) { self.json = json }

    package var bot: String { json["bot"]?.string ?? "" }
    var current: Int64? { json["current"]?.int }
    var version: Int64? { json["version"]?.int }
    package var isUnchanged: Bool { json["result"]?.string == "unchanged" }
    /// Whether people lose their place, or what they entered is seen by nobody any more.
    package var loses: Bool { json["loses"]?.bool ?? false }

    /// - Throws: ``CLIError`` with the reasons, when it can't be.
    package func checkPossible() throws {
        if let missing = json["missing"]?.int {
            throw CLIError("\(bot) has no version \(missing); `bot versions \(bot)` lists those that there are", exitCode: Exit.noInput)
        }
        if let mistakes = json["mistakes"]?.array, !mistakes.isEmpty {
            let texts = mistakes.compactMap { DefinitionReport.Mistake($0)?.text }
            let isUnreadable = mistakes.contains { $0["code"]?.string == "unreadable" }
            throw CLIError(
                texts.joined(separator: "\n") + "\n\(mistakes.count) mistake\(mistakes.count == 1 ? "" : "s"): nothing was published",
                exitCode: isUnreadable ? Exit.noInput : Exit.dataError)
        }
        let refusals = (json["refusals"]?.array ?? []).compactMap(\.string)
        guard refusals.isEmpty else {
            throw CLIError(
                "the rows that are there don't go with it:\n" + refusals.map { "  \($0)" }.joined(separator: "\n") + "\nNothing has happened.",
                exitCode: Exit.dataError)
        }
    }

    // MARK: Sentences

    package var data: [String] { (json["data"]?.array ?? []).map(Self.sentence) }

    private static func sentence(_ change: JSON) -> String {
        let collection = change["collection"]?.string ?? ""
        let field = change["field"]?.string
        let name = "'" + collection + (field.map { ".\($0)" } ?? "") + "'"
        let rows = change["rows"]?.int
        func count(_ one: String, _ many: String) -> String { rows.map { $0 == 1 ? "1 \(one)" : "\($0) \(many)" } ?? many }
        switch change["change"]?.string {
        case "added": return "\(name) is new"
        case "renamed": return "\(name) was called '\(change["former"]?.string ?? "")' and keeps what it holds"
        case "hidden":
            if rows == 0 { return "\(name) is gone; there was nothing in it" }
            return field == nil
                ? "\(name) is gone; its \(count("row", "rows")) stay in the database, where no bot sees them"
                : "\(name) is gone; its \(count("value", "values")) stay in the database, where no bot sees them"
        case "optional": return "\(name) may be null now"
        case "required": return "\(name) can't be null any more; what is null gets the default"
        case "ruled": return "'\(collection)' has a new rule or index on \(field ?? "")"
        case "freed": return "'\(collection)' has no rule or index on \(field ?? "") any more"
        default: return name
        }
    }

    package var conversations: [String] {
        (json["conversations"]?["cases"]?.array ?? []).flatMap { entry -> [String] in
            let total = entry["conversations"]?.int ?? 0
            let closed = entry["closed"]?.int ?? 0
            let kind = entry["kind"]?.string ?? ""
            let place = "\(kind) '\(entry["name"]?.string ?? "")', which \(entry["reason"]?.string ?? "")"
            let verb = kind == "form" ? (total == 1 ? "waits" : "wait") : (total == 1 ? "is" : "are")
            var lines = ["\(Self.people(total)) \(verb) \(kind == "form" ? "in" : "at") \(place)"]
            for (target, count) in entry["moved"]?.object?.members ?? [] {
                lines.append("  `migrate` takes \(count.int == total ? (total == 1 ? "it" : "them") : "\(count)") to \(target)")
            }
            if closed > 0 {
                let whom = closed == total ? (closed == 1 ? "it goes" : "they go") : "\(closed) of them go"
                lines.append("  nothing says where \(whom) on: what was open below is shown")
            }
            return lines
        }
    }

    private static func people(_ count: Int64) -> String { count == 1 ? "1 conversation" : "\(count) conversations" }

    /// What stands before the question whether it shall be so.
    package var preview: String {
        var lines = [current.map { "\(bot): version \($0) → \(version ?? 0)" } ?? "\(bot): version \(version ?? 0), its first"]
        if !data.isEmpty { lines += ["data:"] + data.map { "  \($0)" } }
        let looked = json["conversations"]?["conversations"]?.int ?? 0
        if !conversations.isEmpty {
            lines += ["conversations:"] + conversations.map { "  \($0)" }
        } else if looked > 0 {
            lines.append("conversations: \(looked == 1 ? "the one" : "all \(looked)") can go on")
        }
        return lines.joined(separator: "\n")
    }
}
