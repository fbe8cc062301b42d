/// A graph of screens as a picture, light or dark as the reader prefers. Needs nothing from elsewhere.
package struct GraphSVG: Sendable {
    private let graph: ScreenGraph
    private let title: String

    package init(_ graph: ScreenGraph, title: String) {
        self.graph = graph
        self.title = title
    }

    package var text: String {
        let layout = LayeredLayout(
            sizes: graph.nodes.indices.map { LayeredLayout.Size(width: width(of: $0) + room(besides: $0), height: 40) },
            edges: graph.edges.map { ($0.from, $0.to) },
            labels: graph.edges.map { edge in
                Self.label(edge).map { LayeredLayout.Size(width: Self.width($0, 12) + 8, height: 16) }
            })
        let (w, h) = (number(max(layout.size.width, 160)), number(layout.size.height))
        var lines = [
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"\(w)\" height=\"\(h)\" viewBox=\"0 0 \(w) \(h)\" role=\"img\" aria-label=\"\(title.escapedForXML)\">",
            "<title>\(title.escapedForXML)</title>", "<style>\(Self.style)</style>",
            "<defs><marker id=\"arrow\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"7\" markerHeight=\"7\" orient=\"auto-start-reverse\"><path class=\"tip\" d=\"M0 0 8 4 0 8Z\"/></marker></defs>",
            "<rect class=\"ground\" width=\"100%\" height=\"100%\"/>",
        ]
        for (edge, bends) in zip(graph.edges, layout.bends) { lines += draw(edge, bends, layout) }
        for (edge, place) in zip(graph.edges, layout.labels) { if let place { lines += label(edge, at: place) } }
        for (node, centre) in zip(graph.nodes, layout.centres) { lines.append(draw(node, centre)) }
        return (lines + ["</svg>"]).joined(separator: "\n") + "\n"
    }

    private static let style = """
        .ground{fill:#fff}.node{stroke-width:1.5}.screen{fill:#e8f1fd;stroke:#2b6cb0}.form{fill:#fdf3e1;stroke:#b7791f}.entry{fill:#edf7ee;stroke:#2f855a}\
        .edge{fill:none;stroke:#718096;stroke-width:1.3}.tip{fill:#718096}text{font:15px system-ui,sans-serif;fill:#1a202c;text-anchor:middle;dominant-baseline:central}\
        .label{font-size:12px;fill:#4a5568;paint-order:stroke;stroke:#fff;stroke-width:4px;stroke-linejoin:round}\
        @media(prefers-color-scheme:dark){.ground{fill:#15191f}.screen{fill:#1d3a5c;stroke:#63a4ea}.form{fill:#4a3716;stroke:#e0a845}.entry{fill:#1d3f2a;stroke:#62b883}\
        .edge{stroke:#a0aec0}.tip{fill:#a0aec0}text{fill:#edf2f7}.label{fill:#cbd5e0;stroke:#15191f}}
        """

    private func draw(_ node: ScreenGraph.Node, _ centre: LayeredLayout.Point) -> String {
        let width = Self.width(node.title, 15) + 32
        let corner = node.kind == .screen ? 4.0 : node.kind == .form ? 12.0 : 20.0
        return
            "<rect class=\"node \(node.kind.rawValue)\" x=\"\(number(centre.x - width / 2))\" y=\"\(number(centre.y - 20))\" width=\"\(number(width))\" height=\"40\" rx=\"\(number(corner))\"/>"
            + "<text x=\"\(number(centre.x))\" y=\"\(number(centre.y))\">\(node.title.escapedForXML)</text>"
    }

    private func draw(_ edge: ScreenGraph.Edge, _ bends: [LayeredLayout.Point], _ layout: LayeredLayout) -> [String] {
        guard let first = bends.first, let last = bends.last, bends.count > 1 else { return loop(edge, layout) }
        let isDown = last.y > first.y
        var points = bends
        points[0].y += isDown ? 20 : -20
        points[points.count - 1].y += isDown ? -22 : 22
        // Several that meet on one side of a node part there.
        points[0].x += spread(edge, \.from, layout)
        points[points.count - 1].x += spread(edge, \.to, layout)
        var path = "M\(number(points[0].x)) \(number(points[0].y))"
        for (from, to) in zip(points, points.dropFirst()) {
            let middle = (from.y + to.y) / 2
            path += "C\(number(from.x)) \(number(middle)) \(number(to.x)) \(number(middle)) \(number(to.x)) \(number(to.y))"
        }
        return ["<path class=\"edge\" marker-end=\"url(#arrow)\" d=\"\(path)\"/>"]
    }

    private func spread(_ edge: ScreenGraph.Edge, _ end: KeyPath<ScreenGraph.Edge, Int>, _ layout: LayeredLayout) -> Double {
        let other: KeyPath<ScreenGraph.Edge, Int> = end == \.from ? \.to : \.from
        let node = edge[keyPath: end]
        let isDown = layout.centres[edge[keyPath: other]].y > layout.centres[node].y
        let beside =
            (graph.edges.filter { $0.from == node && $0.to != node }.map(\.to)
            + graph.edges.filter { $0.to == node && $0.from != node }.map(\.from))
            .filter { (layout.centres[$0].y > layout.centres[node].y) == isDown }.sorted { layout.centres[$0].x < layout.centres[$1].x }
        guard beside.count > 1, let place = beside.firstIndex(of: edge[keyPath: other]) else { return 0 }
        // A way there and a way back are two.
        let isReturn = end == \.to && graph.edges.contains { $0.from == edge.to && $0.to == edge.from }
        let width = Self.width(graph.nodes[node].title, 15)
        let step = min(14, width / Double(beside.count))
        return (Double(place + (isReturn ? 1 : 0)) - Double(beside.count - 1) / 2) * step
    }

    private func loop(_ edge: ScreenGraph.Edge, _ layout: LayeredLayout) -> [String] {
        let centre = layout.centres[edge.from]
        let right = centre.x + width(of: edge.from) / 2
        let path = "M\(number(right)) \(number(centre.y - 8))c26 -14 26 30 2 16"
        return ["<path class=\"edge\" marker-end=\"url(#arrow)\" d=\"\(path)\"/>"] + label(edge, at: .init(x: right + 20, y: centre.y + 24))
    }

    private func label(_ edge: ScreenGraph.Edge, at point: LayeredLayout.Point) -> [String] {
        guard let text = Self.label(edge) else { return [] }
        let all = edge.labels.joined(separator: "\n")
        return [
            "<text class=\"label\" x=\"\(number(point.x))\" y=\"\(number(point.y))\">\(text.escapedForXML)<title>\(all.escapedForXML)</title></text>"
        ]
    }

    private func width(of node: Int) -> Double { Self.width(graph.nodes[node].title, 15) + 32 }

    /// For the way from a node to itself, which is drawn on its right; the same on its left, so that it stays in the middle.
    private func room(besides node: Int) -> Double { graph.edges.contains { $0.from == node && $0.to == node } ? 2 * 40 : 0 }

    private static func label(_ edge: ScreenGraph.Edge) -> String? {
        edge.labels.first.map { cut($0) + (edge.labels.count > 1 ? " +\(edge.labels.count - 1)" : "") }
    }

    private static func cut(_ text: String) -> String { text.count <= 18 ? text : text.prefix(17) + "…" }

    /// About as wide as browsers draw it.
    private static func width(_ text: String, _ size: Double) -> Double {
        text.reduce(0) { $0 + ($1.isASCII ? ($1.isUppercase ? 0.68 : "iljt.,:|!' ".contains($1) ? 0.33 : 0.56) : 0.75) * size }
    }

    private func number(_ value: Double) -> String {
        let tenths = (value * 10).rounded() / 10
        return tenths == tenths.rounded() ? String(Int(tenths)) : String(tenths)
    }
}
