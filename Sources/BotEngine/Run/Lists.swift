import BotLanguage
import CEL
import JSON

// Lists are paged by key: a page begins behind the last row of the one before, whatever was added or removed meanwhile.
extension Interpreter {
    mutating func add(_ list: ListView, to view: inout View, _ frame: inout Frame, _ variables: Variables) throws(Interruption) {
        var page = try page(list, frame.list, variables)
        // The rows of this page are gone, or it is a first page that isn't full: begin anew.
        let isShort = frame.list?.side == .before && !page.hasPrevious && page.rows.count < list.pageSize
        if frame.list != nil, page.rows.isEmpty || isShort { page = try self.page(list, nil, variables) }
        frame.list = page.hasPrevious ? page.keys.first.map { ListPosition(side: .from, key: $0) } : nil
        let escaping = Escaping(view.parseMode)
        var lines: [String] = []
        var buttons: [ShownButton] = []
        for row in page.rows {
            var inner = variables
            inner[list.rows.variable] = .object(row)
            if let line = list.line { lines.append(try text(line, inner, escaping)) }
            if let button = list.button, let one = try shown(button, inner, keeping: [(list.rows.variable, list.variableType)]) {
                buttons.append(one)
            }
        }
        if page.rows.isEmpty {
            if let empty = list.empty {
                lines.append(try text(empty, variables, escaping))
            } else if list.line != nil || view.text.isEmpty {
                lines.append(escaping.escape(phrases.empty))
            }
        }
        if !lines.isEmpty { view.text += (view.text.isEmpty ? "" : "\n\n") + lines.joined(separator: "\n") }
        view.rows += buttons.inRows(of: list.columns)
        var turning: [ShownButton] = []
        if page.hasPrevious, let key = page.keys.first {
            turning.append(ShownButton(label: "◀", action: .stored(StoredButton(.page(ListPosition(side: .before, key: key))))))
        }
        if page.hasNext, let key = page.keys.last {
            turning.append(ShownButton(label: "▶", action: .stored(StoredButton(.page(ListPosition(side: .after, key: key))))))
        }
        if !turning.isEmpty { view.rows.append(turning) }
    }

    private struct Page {
        var rows: [CELObject]
        var keys: [[JSON]]
        var hasPrevious: Bool
        var hasNext: Bool
    }

    private mutating func page(_ list: ListView, _ position: ListPosition?, _ variables: Variables) throws(Interruption) -> Page {
        if let call = list.call, let shape = call.query.shape {
            return try page(of: call, shape, list.pageSize, position, variables)
        }
        var (source, variables, window) = (list.rows, variables, Int?.none)
        if let call = list.call {
            variables = try self.variables(of: call, variables)
            (source, window) = (call.query.rows, call.query.limit)
        }
        let bound = try position.flatMap { position throws(Interruption) in try self.bound(position, source.order, hasID: true) }
        let query = try query(source, variables, bound: bound, window: window, limit: list.pageSize + 1)
        var rows = try self.rows(.select(query), of: source.collection)
        let hasMore = rows.count > list.pageSize
        if hasMore { rows.removeLast() }
        let isBackwards = bound?.side == .before
        if isBackwards { rows.reverse() }
        var keys: [[JSON]] = []
        for row in rows { keys.append(try key(of: row, source, variables)) }
        return Page(
            rows: rows, keys: keys, hasPrevious: isBackwards ? hasMore : bound != nil, hasNext: isBackwards ? true : hasMore)
    }

    /// Of a query with columns of its own.
    private mutating func page(
        of call: QueryCall, _ shape: QueryShape, _ size: Int, _ position: ListPosition?, _ variables: Variables
    ) throws(Interruption) -> Page {
        let own = try self.variables(of: call, variables)
        let bound = try position.flatMap { position throws(Interruption) in
            try self.bound(position, shape.order, hasID: !shape.isAggregated)
        }
        var found = try answer(to: call.query, shape, own, bound: bound, limit: size + 1)
        let hasMore = found.count > size
        if hasMore { found.removeLast() }
        let isBackwards = bound?.side == .before
        if isBackwards { found.reverse() }
        var keys: [[JSON]] = []
        for (row, id) in found {
            var inner = own
            for (name, value) in zip(shape.record.parts.map(\.name), row.values) { inner[name] = value }
            let key = try key(shape.order, inner)
            keys.append(shape.isAggregated ? key : key + [.int(id)])
        }
        return Page(
            rows: found.map(\.row), keys: keys, hasPrevious: isBackwards ? hasMore : bound != nil,
            hasNext: isBackwards ? true : hasMore)
    }

    /// The values by which a row has its place; the id last.
    private mutating func key(of row: CELObject, _ rows: RowSource, _ variables: Variables) throws(Interruption) -> [JSON] {
        var inner = variables
        inner[rows.variable] = .object(row)
        return try key(rows.order, inner) + [.int(row.rowID)]
    }

    private mutating func key(_ order: [OrderKey], _ variables: Variables) throws(Interruption) -> [JSON] {
        var key: [JSON] = []
        for order in order {
            let value = try evaluate(order.expression, variables)
            key.append(try kept(value, order.expression.type, at: order.expression.position))
        }
        return key
    }

    /// Nil when the order has changed since the position was kept.
    ///
    /// - Parameter hasID: whether the row's id follows the keys.
    private mutating func bound(_ position: ListPosition, _ order: [OrderKey], hasID: Bool) throws(Interruption) -> ListBound? {
        let types = order.map { valueType($0.expression.type) } + (hasID ? [ValueType(.int)] : [])
        guard position.key.count == types.count else { return nil }
        var values: [CELValue] = []
        for (json, type) in zip(position.key, types) {
            guard let type, let value = try value(json, type) else { return nil }
            values.append(value)
        }
        return ListBound(side: position.side, key: values)
    }
}

/// Where a page begins or ends.
struct ListBound: Sendable {
    var side: ListPosition.Side
    var key: [CELValue]
}
