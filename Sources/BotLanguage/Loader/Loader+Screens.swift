import CEL
import Contracts

extension Loader {
    /// What others must know of screens and forms before their bodies are read.
    func readSignatures(screens: [(name: String, node: Node, key: Node)], forms: [(name: String, node: Node, key: Node)]) {
        for entry in screens { screenSignatures[entry.name] = signature(entry.node) }
        for entry in forms {
            formSignatures[entry.name] = signature(entry.node)
            if screenSignatures[entry.name] != nil {
                report("'\(entry.name)' is the name of a screen already", at: entry.key)
            }
        }
    }

    private func signature(_ node: Node) -> [Parameter] {
        parameters(node.mapping?.first { $0.key.text == "args" }?.value)
    }

    func readScreen(_ name: String, _ node: Node) -> Screen? {
        guard let fields = fields(of: node, .screen) else { return nil }
        let parameters = screenSignatures[name] ?? []
        var scope = Scope(base).adding(parameters)
        let lets = bindings(fields["let"], &scope)
        let keyboard =
            fields["keyboard"].flatMap { word($0, "'keyboard'", of: Screen.KeyboardKind.allCases.map(\.rawValue)) }
            .flatMap(Screen.KeyboardKind.init) ?? .inline
        let parse = fields["parse"]?.text.flatMap(ParseMode.init) ?? .none
        let list = fields["list"].flatMap { listView($0, scope, keyboard, parse) }
        for key in ["row", "empty"] {
            checkMarkup(
                fields["list"]?.mapping?.first { $0.key.text == key }?.value, parse)
        }
        let content = content(fields, scope, isOptional: false)
        let rows = buttonRows(fields["buttons"], scope, keyboard)
        if keyboard == .reply, let listNode = fields.key("list") {
            report("a list needs inline buttons to turn its pages", at: listNode, suggestion: "leave out 'keyboard: reply'")
        }
        if keyboard == .reply, rows.isEmpty { report("a reply keyboard needs 'buttons'", at: fields.key("keyboard") ?? node) }
        if keyboard == .remove, let buttons = fields.key("buttons") {
            report("a message either takes the keyboard away or has buttons", at: buttons)
        }
        let live = fields["live"].flatMap { liveArgument($0, parameters, keyboard, name) }
        checkIdentities(rows, list)
        checkPage(list, content, at: fields["list"])
        guard let content else { return nil }
        return Screen(
            name: name, parameters: parameters, roles: fields["role"].map(roleConditions) ?? [], lets: lets, live: live, content: content,
            keyboard: keyboard, rows: rows, list: list,
            position: position(node))
    }

    /// The argument that a `live` screen follows.
    private func liveArgument(_ node: Node, _ parameters: [Parameter], _ keyboard: Screen.KeyboardKind, _ screen: String) -> String? {
        guard let name = text(node, "'live'") else { return nil }
        guard let parameter = parameters.first(where: { $0.name == name }), case .reference = parameter.type.type,
            !parameter.type.isNullable
        else {
            let rows = parameters.filter { if case .reference = $0.type.type { !$0.type.isNullable } else { false } }.map(\.name)
            report(
                "'live' names an argument of '\(screen)' that is a row", at: node,
                suggestion: didYouMean(name, rows) ?? (rows.isEmpty ? nil : "it may be \(list(rows))"))
            return nil
        }
        if keyboard != .inline { report("a message with another keyboard than an inline one can't be changed", at: node) }
        return name
    }

    /// `let`: each name is seen by those behind it.
    func bindings(_ node: Node?, _ scope: inout Scope) -> [Binding] {
        var result: [Binding] = []
        for entry in declarations(node, "a value") {
            checkFree(entry.name, at: entry.key)
            guard let value = expression(entry.node, scope) else {
                // Keeps what uses it from being reported as well.
                scope.add(entry.name, .dyn)
                continue
            }
            let extent = extent(of: value, scope)
            scope.add(entry.name, value.type, shape(of: value, scope))
            scope.limit(entry.name, to: extent)
            result.append(Binding(name: entry.name, value: value))
        }
        return result
    }

    /// The text, medium and marking of a screen or a message.
    func content(_ fields: Fields, _ scope: Scope, isOptional: Bool) -> Content? {
        let media = Construct.media.filter { fields[$0] != nil }
        let limit = media.isEmpty ? Limits.text : Limits.caption
        let parse = parseMode(fields["parse"])
        let text = fields["text"].flatMap { conditionalText($0, scope, media.isEmpty ? "a text" : "a caption", limit: limit, parse) }
        if media.count > 1, let second = fields.key(media[1]) {
            report("a message shows one medium: '\(media[0])' or '\(media[1])'", at: second)
        }
        var medium: Content.Media?
        if let name = media.first, let node = fields[name], let kind = MediaKind(rawValue: name) {
            medium = mediaSource(node, kind, scope, isOptional: text != nil).map { Content.Media(kind: kind, source: $0) }
        }
        if fields["text"] == nil, media.isEmpty, fields["list"] == nil, !isOptional, !fields.hasUnknown {
            report("there is nothing to show", at: fields.node, suggestion: "add 'text'")
        }
        checkMarkup(fields["text"], parse)
        let preview = fields["preview"].map { flag($0, "'preview'") } ?? false
        return Content(text: text, media: medium, parseMode: parse, showsPreview: preview)
    }

    /// A file's name, URL or id as a template; or, as the only `${expression}`, a file that somebody sent.
    private func mediaSource(_ node: Node, _ kind: MediaKind, _ scope: Scope, isOptional: Bool) -> Content.Media.Source? {
        if let text = node.text, case .expression(let range)? = TemplateScanner.pieces(of: text).first,
            range.upperBound + 1 == text.utf8.count
        {
            let source = String(decoding: Array(text.utf8)[range], as: UTF8.self)
            guard let value = expression(source, in: node, offset: range.lowerBound, scope) else { return nil }
            if case .object(let name) = value.type.unwrapped {
                guard name == RecordType.files[kind]?.name || name == RecordType.storedFile.name else {
                    report("this is \(name), but a \(kind.rawValue) is wanted", in: node, range.lowerBound, range.count, nil)
                    return nil
                }
                guard !value.type.isNullable || isOptional else {
                    report("there may be no file", in: node, range.lowerBound, range.count, "add a 'text', which is shown alone then")
                    return nil
                }
                return .value(value)
            }
        }
        guard let source = template(node, scope, "a file", limit: 2_000) else { return nil }
        checkAsset(source, node)
        return .template(source)
    }

    /// A file of the bot's folder must be there; addresses and the platform's ids are not looked up.
    private func checkAsset(_ template: Template, _ node: Node) {
        guard let name = template.constant, name.contains("."), !name.hasPrefix("https://"), !name.hasPrefix("http://") else { return }
        if name.hasPrefix("/") || name.split(separator: "/").contains("..") {
            report("a file lies in the bot's folder, or below it", at: node, suggestion: "copy it there")
        } else if let hasAsset, !hasAsset(name) {
            report(
                "the bot's folder has no file '\(name.prefix(100))'", at: node, suggestion: "put it beside the definition, or write a URL")
        }
    }

    /// Of a collection, or of a query, which has its own conditions and order.
    private func listRows(_ range: Node, _ fields: Fields, _ scope: Scope) -> (rows: RowSource, call: QueryCall?)? {
        guard isQueryRange(range) else {
            return rowSource(range, where: fields["where"], order: fields["order"], scope).map { ($0, nil) }
        }
        for key in ["where", "order"] {
            if let node = fields.key(key) { report("'\(key)' of a query's rows stands in the query", at: node) }
        }
        guard let (variable, call) = queryRange(range, scope), case .object(let element) = call.query.element else { return nil }
        return (
            RowSource(variable: variable, collection: element, predicate: nil, order: [], position: position(range)), call
        )
    }

    private func listView(_ node: Node, _ scope: Scope, _ keyboard: Screen.KeyboardKind, _ parse: ParseMode) -> ListView? {
        guard let fields = fields(of: node, .list), let range = fields["from"] ?? missing("from", in: fields),
            let (rows, call) = listRows(range, fields, scope)
        else { return nil }
        let inner = scope.adding(rows.variable, .object(rows.collection)).knowing(rows.predicate?.expression, true)
        let button = fields["button"].flatMap { readButton($0, inner, .inline, inList: true) }
        let line = fields["row"].flatMap { template($0, inner, "a row", limit: Limits.text, parse) }
        if fields["button"] == nil, fields["row"] == nil {
            report("a list shows a 'row' of text, a 'button', or both for each row", at: node)
        }
        return ListView(
            rows: rows, call: call, pageSize: fields["page"].flatMap { whole($0, in: 1...50, "'page'") } ?? 10, line: line, button: button,
            columns: fields["columns"].flatMap { whole($0, in: 1...8, "'columns'") } ?? 1,
            empty: fields["empty"].flatMap { template($0, scope, "a text", limit: Limits.text, parse) },
            variableType: .object(rows.collection))
    }
}

/// Telegram's limits, in UTF-16 units.
enum Limits {
    static let text = 4096
    static let caption = 1024
    static let toast = 200
    /// Not documented; longer ones are cut on every screen.
    static let label = 64
    static let buttonsInRow = 8
    static let buttons = 100
}
