/// A form that looks like a call but takes names and bodies. For documentation and editors.
public struct CELMacro: Sendable, Hashable {
    /// What it is called by: `exists`, `cel.bind`.
    public let name: String
    /// How it is written, e.g. `list.filter(x, condition)`.
    public let usage: String
    /// One sentence.
    public let documentation: String

    private init(_ name: String, _ usage: String, _ documentation: String) {
        self.name = name
        self.usage = usage
        self.documentation = documentation
    }

    /// All there are. A list may also be a map, whose keys are then run over; with two variables they are index and
    /// element, or key and value.
    static let all: [CELMacro] = [
        CELMacro("has", "has(value.field)", "Whether the field is there; that of a record, whether it isn't null."),
        CELMacro("all", "list.all(x, condition)", "Whether the condition holds for every element."),
        CELMacro("all", "list.all(i, x, condition)", "The same with the index, or key, of each element."),
        CELMacro("exists", "list.exists(x, condition)", "Whether the condition holds for some element."),
        CELMacro("exists", "list.exists(i, x, condition)", "The same with the index, or key, of each element."),
        CELMacro("exists_one", "list.exists_one(x, condition)", "Whether the condition holds for exactly one element."),
        CELMacro("existsOne", "list.existsOne(x, condition)", "Another name of exists_one."),
        CELMacro("existsOne", "list.existsOne(i, x, condition)", "The same with the index, or key, of each element."),
        CELMacro("filter", "list.filter(x, condition)", "The elements for which the condition holds."),
        CELMacro("map", "list.map(x, value)", "What is made of each element."),
        CELMacro("map", "list.map(x, condition, value)", "What is made of each element for which the condition holds."),
        CELMacro("transformList", "list.transformList(i, x, value)", "What is made of each element and its index."),
        CELMacro(
            "transformList", "list.transformList(i, x, condition, value)",
            "The same for the elements for which the condition holds."),
        CELMacro("transformMap", "map.transformMap(k, v, value)", "A map with the same keys and what is made of each value."),
        CELMacro(
            "transformMap", "map.transformMap(k, v, condition, value)", "The same for the entries for which the condition holds."),
        CELMacro(
            "transformMapEntry", "map.transformMapEntry(k, v, {key: value})", "A map of the entries made of each entry."),
        CELMacro(
            "transformMapEntry", "map.transformMapEntry(k, v, condition, {key: value})",
            "The same for the entries for which the condition holds."),
        CELMacro("bind", "cel.bind(x, value, body)", "The body, in which the name stands for the value."),
        CELMacro("optMap", "optional.optMap(x, value)", "What is made of the value, if there is one."),
        CELMacro("optFlatMap", "optional.optFlatMap(x, optional)", "The optional made of the value, if there is one."),
        CELMacro("sortBy", "list.sortBy(x, key)", "The elements in the ascending order of their keys."),
        CELMacro("one", "list.one(x, condition)", "The only element for which the condition holds, or null; an error when there are more."),
        CELMacro("count", "list.count(x, condition)", "For how many elements the condition holds."),
        CELMacro("block", "cel.block([values], body)", "The body, in which cel.index(n) stands for the value of that number."),
    ]
}

extension CELEnvironment {
    /// The macros there are, with what they do.
    public var macros: [CELMacro] { CELMacro.all.filter { declarations.macros.names.contains($0.name) } }
}
