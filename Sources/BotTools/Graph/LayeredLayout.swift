/// Places the nodes of a graph in layers, so that most edges lead downwards and few cross (Sugiyama, Tagawa and Toda 1981).
///
/// 1. Edges that close a circle are turned round. 2. Each node stands below all that lead to it; the label of an edge is a node in
/// its middle. 3. Edges over several layers get a waypoint in each. 4. Layers are sorted by the mean place of their neighbours, up and down again, and the best order is kept.
/// 5. Nodes move towards their neighbours as far as there is room.
package struct LayeredLayout {
    package struct Size {
        package var width, height: Double

        package init(width: Double, height: Double) {
            self.width = width
            self.height = height
        }
    }

    package struct Point: Equatable { package var x, y: Double }

    /// Centres of the nodes.
    package private(set) var centres: [Point] = []
    /// Of each edge: where it bends, from its beginning to its end, in the order of the edges; empty for one from a node to itself.
    package private(set) var bends: [[Point]] = []
    /// Centres of the labels, in the order of the edges; nil for those without one, and from a node to itself.
    package private(set) var labels: [Point?] = []
    package private(set) var size = Size(width: 0, height: 0)

    /// Of the nodes, then of the labels.
    private let sizes: [Size]
    private let nodeCount: Int
    private let edges: [(from: Int, to: Int)]
    /// The edges as they lead down, in parts when they have a label.
    private var parts: [[(from: Int, to: Int)]] = []
    private var layer: [Int] = []
    /// Nodes and waypoints of each layer, from left to right. Waypoints are numbered behind the nodes.
    private var layers: [[Int]] = []
    /// Neighbours in the layer above and below.
    private var above: [[Int]] = []
    private var below: [[Int]] = []
    private var chains: [[Int]] = []

    static let gap = Size(width: 28, height: 34)
    private static let margin = 24.0
    private static let waypointWidth = 14.0

    /// - Parameter labels: how large the label of each edge is; nil: it has none.
    package init(sizes: [Size], edges: [(from: Int, to: Int)], labels: [Size?] = []) {
        self.edges = edges
        nodeCount = sizes.count
        var all = sizes
        for (index, edge) in Self.withoutCircles(sizes.count, edges).enumerated() {
            guard let edge else {
                parts.append([])
                continue
            }
            guard labels.indices.contains(index), let label = labels[index] else {
                parts.append([edge])
                continue
            }
            parts.append([(edge.from, all.count), (all.count, edge.to)])
            all.append(label)
        }
        self.sizes = all
        assignLayers()
        addWaypoints()
        sort()
        place()
    }

    // MARK: 1. Circles

    /// The edges as they are to lead down; nil for those from a node to itself.
    private static func withoutCircles(_ count: Int, _ edges: [(from: Int, to: Int)]) -> [(from: Int, to: Int)?] {
        enum Mark { case new, open, done }
        var marks = [Mark](repeating: .new, count: count)
        var result: [(from: Int, to: Int)?] = edges.map { $0 }
        let outgoing = Dictionary(grouping: edges.indices, by: { edges[$0].from })
        // Nodes that nothing leads to begin, so that the arrows from them aren't turned.
        let entered = Set(edges.filter { $0.from != $0.to }.map(\.to))
        for start in (0..<count).filter({ !entered.contains($0) }) + Array(0..<count) where marks[start] == .new {
            var path = [(node: start, next: 0)]
            marks[start] = .open
            while let top = path.last {
                let out = outgoing[top.node] ?? []
                guard top.next < out.count else {
                    marks[top.node] = .done
                    path.removeLast()
                    continue
                }
                path[path.count - 1].next += 1
                let edge = out[top.next]
                let to = edges[edge].to
                if to == top.node {
                    result[edge] = nil
                } else if marks[to] == .open {
                    result[edge] = (to, top.node)
                } else if marks[to] == .new {
                    marks[to] = .open
                    path.append((to, 0))
                }
            }
        }
        return result
    }

    // MARK: 2. Layers

    private mutating func assignLayers() {
        let edges = parts.flatMap { $0 }
        layer = [Int](repeating: 0, count: sizes.count)
        // Longest paths; without circles the number of nodes bounds the rounds.
        for _ in sizes {
            var changed = false
            for edge in edges where layer[edge.to] <= layer[edge.from] {
                layer[edge.to] = layer[edge.from] + 1
                changed = true
            }
            if !changed { break }
        }
        // A label stands in the middle of its way, and what opens something right above it.
        for parts in parts where parts.count == 2 { layer[parts[0].to] = (layer[parts[0].from] + layer[parts[1].to]) / 2 }
        for node in 0..<nodeCount where !edges.contains(where: { $0.to == node }) {
            if let lowest = edges.filter({ $0.from == node }).map({ layer[$0.to] }).min() { layer[node] = max(0, lowest - 1) }
        }
    }

    // MARK: 3. Waypoints

    private mutating func addWaypoints() {
        layers = [[Int]](repeating: [], count: (layer.max() ?? 0) + 1)
        for node in sizes.indices { layers[layer[node]].append(node) }
        above = [[Int]](repeating: [], count: sizes.count)
        below = above
        for parts in parts {
            var chain = parts.prefix(1).map(\.from)
            for part in parts {
                for step in layer[part.from] + 1..<max(layer[part.from] + 1, layer[part.to]) {
                    let waypoint = above.count
                    above.append([])
                    below.append([])
                    layers[step].append(waypoint)
                    chain.append(waypoint)
                }
                chain.append(part.to)
            }
            for (upper, lower) in zip(chain, chain.dropFirst()) {
                below[upper].append(lower)
                above[lower].append(upper)
            }
            chains.append(chain)
        }
    }

    // MARK: 4. Order

    private mutating func sort() {
        var best = layers
        var fewest = crossings()
        for round in 0..<16 where fewest > 0 {
            let isDown = round.isMultiple(of: 2)
            for index in isDown ? Array(layers.indices.dropFirst()) : layers.indices.dropLast().reversed() {
                let neighbours = isDown ? above : below
                let places = Dictionary(uniqueKeysWithValues: layers[index + (isDown ? -1 : 1)].enumerated().map { ($1, Double($0)) })
                let keyed = layers[index].enumerated().map { place, node in
                    let around = neighbours[node].compactMap { places[$0] }
                    return (node: node, key: around.isEmpty ? Double(place) : around.reduce(0, +) / Double(around.count), place: place)
                }
                layers[index] = keyed.sorted { ($0.key, $0.place) < ($1.key, $1.place) }.map(\.node)
            }
            let count = crossings()
            if count < fewest { (best, fewest) = (layers, count) }
        }
        layers = best
    }

    private func crossings() -> Int {
        var count = 0
        for (upper, lower) in zip(layers, layers.dropFirst()) {
            let places = Dictionary(uniqueKeysWithValues: lower.enumerated().map { ($1, $0) })
            let ends = upper.flatMap { node in below[node].compactMap { places[$0] }.sorted() }
            for (index, end) in ends.enumerated() { count += ends[(index + 1)...].count { $0 < end } }
        }
        return count
    }

    // MARK: 5. Places

    private func width(_ node: Int) -> Double { node < sizes.count ? sizes[node].width : Self.waypointWidth }

    private mutating func place() {
        var x = [Double](repeating: 0, count: above.count)
        for nodes in layers {
            var left = 0.0
            for node in nodes {
                x[node] = left + width(node) / 2
                left += width(node) + Self.gap.width
            }
        }
        for round in 0..<12 {
            let isDown = round.isMultiple(of: 2)
            for nodes in isDown ? layers : layers.reversed() { align(nodes, isDown ? above : below, &x) }
        }
        let leftmost = x.indices.map { x[$0] - width($0) / 2 }.min() ?? 0
        for index in x.indices { x[index] += Self.margin - leftmost }
        var y = [Double](repeating: 0, count: above.count)
        var top = Self.margin
        for nodes in layers {
            let height = nodes.filter { $0 < sizes.count }.map { sizes[$0].height }.max() ?? 0
            for node in nodes { y[node] = top + height / 2 }
            top += height + Self.gap.height
        }
        centres = (0..<nodeCount).map { Point(x: x[$0], y: y[$0]) }
        bends = zip(chains, edges).map { chain, edge in
            let points = chain.map { Point(x: x[$0], y: y[$0]) }
            // A turned one is drawn the way it leads.
            return chain.first == edge.from ? points : points.reversed()
        }
        labels = parts.map { parts in parts.count == 2 ? Point(x: x[parts[0].to], y: y[parts[0].to]) : nil }
        size = Size(
            width: (x.indices.map { x[$0] + width($0) / 2 }.max() ?? 0) + Self.margin, height: top - Self.gap.height + Self.margin)
    }

    /// Moves the nodes of a layer to the mean of their neighbours, those with most neighbours first, without changing the order.
    private func align(_ nodes: [Int], _ neighbours: [[Int]], _ x: inout [Double]) {
        let wanted = nodes.map { node in
            neighbours[node].isEmpty ? x[node] : neighbours[node].reduce(0) { $0 + x[$1] } / Double(neighbours[node].count)
        }
        // Blocks of nodes that touch, each at the mean of what its nodes want (pool adjacent violators).
        var blocks: [(members: [Int], offset: [Double], sum: Double)] = []
        func position(_ block: (members: [Int], offset: [Double], sum: Double)) -> Double { block.sum / Double(block.members.count) }
        for (index, node) in nodes.enumerated() {
            blocks.append(([node], [0], wanted[index]))
            while blocks.count > 1 {
                let last = blocks[blocks.count - 1]
                let previous = blocks[blocks.count - 2]
                guard let end = previous.members.last, let start = last.members.first else { break }
                let distance = width(end) / 2 + Self.gap.width + width(start) / 2
                let lastOffset = previous.offset.last ?? 0
                guard position(last) < position(previous) + lastOffset + distance else { break }
                let shift = lastOffset + distance
                blocks.removeLast()
                blocks[blocks.count - 1] = (
                    previous.members + last.members, previous.offset + last.offset.map { $0 + shift },
                    previous.sum + last.sum - shift * Double(last.members.count)
                )
            }
        }
        for block in blocks {
            for (member, offset) in zip(block.members, block.offset) { x[member] = position(block) + offset }
        }
    }
}
