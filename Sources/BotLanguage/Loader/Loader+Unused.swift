import CEL

// What nothing leads to, what never happens, and what nobody gets out of: warnings, since a definition is written piece by piece.
extension Loader {
    func warn(_ message: String, at node: Node, suggestion: String? = nil) {
        warn(message, at: node.mark, length: node.length, suggestion: suggestion)
    }

    func warn(_ message: String, at mark: Mark, length: Int, suggestion: String? = nil) {
        guard warnings.count < Self.maximumDiagnostics * 5 else { return }
        var warning = file.diagnostic(message, at: mark, length: length, suggestion: suggestion, code: .unused)
        warning.severity = .warning
        warnings.append(warning)
    }

    // MARK: Forms

    /// Where only the offered choices count, and there may be none, somebody who can't cancel is stuck.
    func checkWayOut(_ fields: [FormField], _ cancel: Node?) {
        guard ["false", "no", "off"].contains(cancel?.text) else { return }
        for field in fields.flatMap({ $0.each?.record == nil ? [$0] : $0.each?.parts ?? [] }) {
            guard field.isClosed, field.skip == nil, field.nullOn == nil, case .each(_, let values, _, _)? = field.choices else { continue }
            if case .list(let elements)? = values.program.constant, !elements.isEmpty { continue }
            warn(
                "when there is nothing to choose from, nobody gets past this question or out of the form",
                at: Mark(line: field.position.line, column: field.position.column), length: 1,
                suggestion: "give it a 'skip', ask only 'when' there is something, or let people cancel")
        }
    }

    // MARK: Declarations

    /// Follows what leads where from what happens by itself. Looks at how things are written, not at what they mean, so that
    /// it holds for whatever constructs there are: a doubtful mention counts.
    func warnOfUnused(_ root: Node, home: String?) {
        var mentions = Mentions()
        var parts: [(owner: Declared?, node: Node)] = []
        for entry in root.mapping ?? [] where entry.key.text != "tests" {
            guard let kind = entry.key.text.flatMap(Declared.Kind.init) else {
                parts.append((nil, entry.value))
                continue
            }
            for part in entry.value.mapping ?? [] {
                let owner = part.key.text.map { Declared(kind, $0) }
                if let owner { mentions.declare(owner, part.key) }
                parts.append((owner, part.value))
            }
        }
        for (owner, node) in parts { mentions.collect(node, under: nil, of: owner) }
        let reached = mentions.reached(from: home.map { Declared(.screens, $0) })
        for (declared, key) in mentions.declared where !reached.contains(declared) {
            warn("\(declared.kind.complaint) '\(declared.name)'", at: key, suggestion: declared.kind.hint)
        }
        for entry in root.mapping?.first(where: { $0.key.text == "handlers" })?.value.sequence ?? [] {
            guard let button = entry.mapping?.first(where: { $0.key.text == "button" })?.value, let name = button.text,
                !mentions.buttons.contains(name)
            else { continue }
            warn("no button is called '\(name)'", at: button, suggestion: "write '{label: …, name: \(name)}' on a screen")
        }
    }
}

/// A declaration with a name of its own.
private struct Declared: Hashable {
    enum Kind: String {
        case screens, forms, signals, roles, fn, queries, texts

        var complaint: String {
            switch self {
            case .screens: "nothing leads to the screen"
            case .forms: "nothing calls the form"
            case .signals: "nothing sends the signal"
            case .roles: "nothing needs the role"
            case .fn: "nothing uses the function"
            case .queries: "nothing uses the query"
            case .texts: "nothing uses the text"
            }
        }

        var hint: String? {
            switch self {
            case .screens: "open it by 'go' or 'show', or remove it"
            case .forms: "open it by 'call', or remove it"
            default: nil
            }
        }
    }

    var kind: Kind
    var name: String

    /// - Parameter head: the name, perhaps with parameters behind it.
    init(_ kind: Kind, _ head: String) {
        self.kind = kind
        name = String(head.prefix { $0 != "(" && $0 != " " })
    }
}

/// Which declarations mention which names.
private struct Mentions {
    private(set) var declared: [(Declared, key: Node)] = []
    private var known: Set<Declared> = []
    private(set) var buttons: Set<String> = []
    /// By who mentions them; nil: what happens by itself.
    private var targets: [Declared?: Set<Declared>] = [:]

    /// Keys whose value names something to go to.
    private static let leading: [String: [Declared.Kind]] = [
        "go": [.screens], "show": [.screens], "call": [.forms], "signal": [.signals], "role": [.roles], "to": [.screens, .forms],
        "screen": [.screens], "form": [.forms], "press": [.roles],
    ]

    mutating func declare(_ declared: Declared, _ key: Node) {
        self.declared.append((declared, key))
        known.insert(declared)
    }

    private mutating func mention(_ target: Declared, _ owner: Declared?) {
        if known.contains(target) { targets[owner, default: []].insert(target) }
    }

    mutating func collect(_ node: Node, under key: String?, of owner: Declared?) {
        switch node.value {
        case .scalar(let text, _):
            for kind in key.flatMap({ Self.leading[$0] }) ?? [] { mention(Declared(kind, text), owner) }
            if key == "name" { buttons.insert(text) }
            for word in Self.words(text) {
                mention(Declared(.queries, word.name), owner)
                mention(Declared(.texts, word.name), owner)
                if word.isCalled { mention(Declared(.fn, word.name), owner) }
            }
        case .sequence(let nodes): for node in nodes { collect(node, under: key, of: owner) }
        case .mapping(let entries): for entry in entries { collect(entry.value, under: entry.key.text, of: owner) }
        }
    }

    /// Names in a text, and whether a bracket follows them.
    private static func words(_ text: String) -> [(name: String, isCalled: Bool)] {
        var words: [(name: String, isCalled: Bool)] = []
        var word: [UInt8] = []
        func isPart(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) || (0x30...0x39).contains(byte) || byte == 0x5F }
        for byte in text.utf8 + [0] {
            if isPart(byte) {
                word.append(byte)
            } else if !word.isEmpty {
                words.append((String(decoding: word, as: UTF8.self), byte == UInt8(ascii: "(")))
                word = []
            }
        }
        return words
    }

    func reached(from home: Declared?) -> Set<Declared> {
        var open = Array(targets[nil] ?? []) + [home].compactMap { $0 }
        var reached = Set(open)
        while let next = open.popLast() {
            for target in targets[next] ?? [] where reached.insert(target).inserted { open.append(target) }
        }
        return reached
    }
}
