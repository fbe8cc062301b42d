import BotLanguage
import CEL
import Contracts

// Messages that follow a row: `live: g`.
extension Interpreter {
    /// What the next inline message is an edit of, instead of the message whose button was tapped.
    struct Redraw: Sendable {
        var message: MessageID
        var keyboard: Int64?
        var content: UInt64
        var body: MessageBody
    }

    func liveRow(of screen: Screen, _ variables: Variables) -> LiveRow? {
        guard let live = screen.live, case .object(let row)? = variables[live] else { return nil }
        return LiveRow(collection: row.type, id: row.rowID)
    }

    /// The row is another now. Whoever shows it is told when the event is done.
    mutating func note(changeOf row: CELObject) {
        guard definition.liveCollections.contains(row.type) else { return }
        changedRows.insert(LiveRow(collection: row.type, id: row.rowID))
        drawn.remove(LiveRow(collection: row.type, id: row.rowID))
        otherDrawn.remove(LiveRow(collection: row.type, id: row.rowID))
    }

    mutating func dispatch(_ change: RowChange) throws(Interruption) {
        trigger = "row change"
        let row = LiveRow(collection: change.collection, id: change.row)
        for copy in state.live where copy.row == row { try redraw(copy) }
    }

    mutating func dispatch(_ receipt: Receipt) throws(Interruption) {
        trigger = "receipt"
        // Either conversation may have sent it.
        for isOfChat in other == nil ? [isCommon] : [false, true] {
            turn(toCommon: isOfChat)
            settle(receipt)
            try follow(receipt)
        }
    }

    private mutating func follow(_ receipt: Receipt) throws(Interruption) {
        guard let index = state.live.firstIndex(where: { $0.command == receipt.command }) else { return }
        guard case .done(let messages) = receipt.outcome, let message = messages.first else {
            // Nobody sees it.
            state.live.remove(at: index)
            return
        }
        state.live[index].message = message
        state.live[index].command = nil
        if state.live[index].isStale { try redraw(state.live[index]) }
    }

    private mutating func redraw(_ copy: LiveCopy) throws(Interruption) {
        guard let index = state.live.firstIndex(of: copy) else { return }
        guard let message = copy.message else {
            state.live[index].isStale = true
            return
        }
        state.live[index].isStale = false
        guard let screen = definition.screens[copy.frame.name], try exists(copy.row), try holds(screen.roles, baseVariables()) else {
            state.live.remove(at: index)
            return
        }
        redrawing = Redraw(message: message, keyboard: copy.keyboard, content: copy.content, body: copy.body)
        title = copy.title
        defer { (redrawing, title) = (nil, nil) }
        if try !show(screen, copy.frame) { state.live.removeAll { $0 == copy } }
    }

    private mutating func exists(_ row: LiveRow) throws(Interruption) -> Bool {
        guard definition.collections[row.collection] != nil else { return false }
        return try get([row.id], of: row.collection).first ?? nil != nil
    }
}
