package import JSON

extension Node {
    /// The equal JSON. Scalars are texts, as the reader takes them.
    package var json: JSON {
        switch value {
        case .scalar(let text, _): .string(text)
        case .sequence(let nodes): .array(nodes.map(\.json))
        case .mapping(let entries): .object(JSONObject(entries.map { ($0.key.text ?? "", $0.value.json) }))
        }
    }
}
