/// A function written in the language itself: `total(items): items.map(i, i.price * i.qty).sum()`.
///
/// Its body is put in the place of each call, so its types follow from the arguments of that call, guards against
/// null included, and it runs wherever its body does, in SQL too. Bodies see variables of the environment and
/// other definitions, never the caller's locals; definitions can't be recursive.
public struct CELDefinition: Sendable, Hashable {
    public let name: String
    public let parameters: [String]
    public let body: String
    /// What the body is put together from, where it isn't written as one expression.
    package let form: CELForm?

    public init(_ name: String, _ parameters: [String], body: String) {
        self.name = name
        self.parameters = parameters
        self.body = body
        form = nil
    }

    package init(_ name: String, _ parameters: [String], form: CELForm) {
        self.name = name
        self.parameters = parameters
        body = ""
        self.form = form
    }
}

/// An expression made by a program around pieces that people wrote. Its calls can name functions that no source can.
package indirect enum CELForm: Sendable, Hashable {
    /// An expression in the language; it sees the definition's parameters.
    case source(String)
    case text(String)
    case name(String)
    case call(String, [CELForm])
    case equal(CELForm, CELForm)
    case conditional(CELForm, CELForm, CELForm)
    /// All of these texts behind each other.
    case joined([CELForm])
}
