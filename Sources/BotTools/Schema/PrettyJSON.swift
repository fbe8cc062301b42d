package import JSON

extension JSON {
    /// On several lines, for people and for comparing line by line. What fits a line of 120 characters stays on one.
    package var pretty: String { pretty(indentation: 0) + "\n" }

    private func pretty(indentation: Int) -> String {
        let short = description
        guard short.utf8.count + indentation > 120 else { return short }
        let inner = String(repeating: " ", count: indentation + 2)
        let outer = String(repeating: " ", count: indentation)
        switch self {
        case .array(let elements):
            return "[\n" + elements.map { inner + $0.pretty(indentation: indentation + 2) }.joined(separator: ",\n") + "\n\(outer)]"
        case .object(let object):
            let members = object.members.map { inner + "\(JSON.string($0.key)): " + $0.value.pretty(indentation: indentation + 2) }
            return "{\n" + members.joined(separator: ",\n") + "\n\(outer)}"
        default: return short
        }
    }
}
