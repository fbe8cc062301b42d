/// A function written in the language itself: `total(items): items.map(i, i.price * i.qty).sum()`.
///
/// Its body is put in the place of each call, so its types follow from the arguments of that call, guards against
/// null included, and it runs wherever its body does, in SQL too. Bodies see variables of the environment and
/// other definitions, never the caller's locals; definitions can't be recursive.
public struct CELDefinition: Sendable, Hashable {
    public let name: String
    public let parameters: [String]
    public let body: String

    public init(_ name: String, _ parameters: [String], body: String) {
        self.name = name
        self.parameters = parameters
        self.body = body
    }
}
