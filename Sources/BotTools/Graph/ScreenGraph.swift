package import BotLanguage

/// What of a bot leads where: screens, forms, and what opens them.
package struct ScreenGraph: Sendable, Hashable {
    package struct Node: Sendable, Hashable {
        package enum Kind: String, Sendable, Hashable {
            case screen, form
            /// Something from outside: a command, a message, a signal.
            case entry
        }

        package var kind: Kind
        package var title: String
    }

    package struct Edge: Sendable, Hashable {
        /// Indexes into ``nodes``.
        package var from: Int
        package var to: Int
        /// The buttons that lead this way, as they are written; empty for steps.
        package var labels: [String]
    }

    package private(set) var nodes: [Node] = []
    package private(set) var edges: [Edge] = []

    package init(_ definition: Definition) {
        let home = definition.home
        for name in definition.screens.keys.sorted(by: { ($0 != home ? 1 : 0, $0) < ($1 != home ? 1 : 0, $1) }) { _ = node(.screen, name) }
        for name in definition.forms.keys.sorted() { _ = node(.form, name) }
        for handler in definition.handlers { lead(from: node(.entry, handler.title), handler.steps) }
        for signal in definition.signals.values.sorted(by: { $0.name < $1.name }) {
            lead(from: node(.entry, "signal \(signal.name)"), signal.steps)
        }
        for timer in definition.timers.values.sorted(by: { $0.name < $1.name }) {
            lead(from: node(.entry, "timer \(timer.name)"), timer.steps)
        }
        for reply in definition.replies.values.sorted(by: { $0.name < $1.name }) {
            lead(from: node(.entry, "reply \(reply.name)"), (reply.progress ?? []) + reply.done + (reply.failed ?? []))
        }
        for screen in definition.screens.values.sorted(by: { $0.name < $1.name }) {
            let own = node(.screen, screen.name)
            for button in screen.rows.flatMap(\.buttons) + [screen.list?.button].compactMap({ $0 }) { lead(from: own, button) }
        }
        for form in definition.forms.values.sorted(by: { $0.name < $1.name }) { lead(from: node(.form, form.name), form.done) }
        dropSilentEntries()
    }

    package init(nodes: [Node], edges: [Edge]) {
        self.nodes = nodes
        self.edges = edges
    }

    private mutating func node(_ kind: Node.Kind, _ title: String) -> Int {
        let node = Node(kind: kind, title: title)
        if let index = nodes.firstIndex(of: node) { return index }
        nodes.append(node)
        return nodes.count - 1
    }

    private mutating func lead(from own: Int, _ button: Button) {
        let label = button.label.source
        switch button.action {
        case .go(let target): connect(own, node(.screen, target.name), label)
        case .call(let target): connect(own, node(.form, target.name), label)
        case .steps(let steps): lead(from: own, steps, label)
        case .handle(let target): connect(own, node(.entry, "button \(target.name)"), label)
        default: break
        }
    }

    private mutating func lead(from own: Int, _ steps: [Step], _ label: String? = nil) {
        for step in steps {
            switch step.kind {
            case .go(let target): connect(own, node(.screen, target.name), label)
            case .call(let target): connect(own, node(.form, target.name), label)
            case .show(.screen(let target), _): connect(own, node(.screen, target.name), label)
            case .signal(let signal): connect(own, node(.entry, "signal \(signal.target.name)"), label)
            case .schedule(let later): connect(own, node(.entry, "signal \(later.signal.target.name)"), label)
            default: break
            }
            for inner in step.inner { lead(from: own, inner, label) }
        }
    }

    private mutating func connect(_ from: Int, _ to: Int, _ label: String?) {
        let labels = [label].compactMap { $0 }
        guard let index = edges.firstIndex(where: { $0.from == from && $0.to == to }) else {
            return edges.append(Edge(from: from, to: to, labels: labels))
        }
        edges[index].labels += labels.filter { !edges[index].labels.contains($0) }
    }

    /// What answers without opening anything says nothing here.
    private mutating func dropSilentEntries() {
        let kept = nodes.indices.filter { index in
            nodes[index].kind != .entry || edges.contains { $0.from == index || $0.to == index }
        }
        let places = Dictionary(uniqueKeysWithValues: kept.enumerated().map { ($1, $0) })
        nodes = kept.map { nodes[$0] }
        edges = edges.compactMap { edge in
            guard let from = places[edge.from], let to = places[edge.to] else { return nil }
            return Edge(from: from, to: to, labels: edge.labels)
        }
    }
}

extension Handler {
    fileprivate var title: String {
        switch trigger {
        case .commands(let names, _): names.map { "/\($0)" }.joined(separator: " ")
        case .message(let kinds, _): kinds == ["any"] ? "any message" : kinds.joined(separator: ", ")
        case .button(let name, _): "button \(name)"
        case .membership(let change): change.title
        case .fallback: "anything else"
        }
    }
}
