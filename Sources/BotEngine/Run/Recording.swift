package import BotLanguage

/// Is told which parts of a definition run: for the coverage of tests. Parts are told again when a unit of work is repeated.
package protocol RunRecorder: Sendable {
    func note(_ position: SourcePosition, _ part: CoveragePoint.Part)
}

extension Interpreter {
    /// - Parameter holds: which way it went; nil: there is one only.
    func note(_ position: SourcePosition, _ holds: Bool? = nil) {
        guard let recorder = engine.recorder else { return }
        recorder.note(position, holds.map { $0 ? .then : .otherwise } ?? .whole)
    }

    /// A tapped button that carries no more than where it leads: those of its screen that lead there.
    func note(_ button: StoredButton, of screen: Screen) {
        guard engine.recorder != nil else { return }
        for declared in screen.rows.flatMap(\.buttons) + [screen.list?.button].compactMap({ $0 }) {
            let isIt =
                switch (button.action, declared.action) {
                case (.go(let name, _), .go(let target)): name == target.name
                case (.call(let name, _), .call(let target)): name == target.name
                case (.handle(let name, _), .handle(let target)): name == target.name
                case (.back, .back): true
                default: false
                }
            if isIt { note(declared.position) }
        }
    }
}
