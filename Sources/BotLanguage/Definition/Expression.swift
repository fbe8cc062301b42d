package import CEL

/// A checked CEL expression with its place in the file.
package struct Expression: Sendable {
    package let program: CELProgram
    /// Where its text begins.
    package let position: SourcePosition
    /// What it asks of collections, each under the name of the variable that stands for the answer.
    package let subqueries: [Subquery]

    package var type: CELType { program.type }
    package var isPlainVariable: Bool { program.variables.contains(program.source) }

    package init(program: CELProgram, position: SourcePosition, subqueries: [Subquery] = []) {
        self.program = program
        self.position = position
        self.subqueries = subqueries
    }
}

/// A question to the database inside an expression: `items.count(i, i.user == user)`, or a call of a query.
package struct Subquery: Sendable {
    package enum Kind: Sendable, Hashable {
        case count
        case exists
        /// No row for which it doesn't hold.
        case all
        /// The only row, or null; more than one is an error.
        case one
        /// All rows for which it holds, in the order of their making.
        case filter
    }

    package enum Source: Sendable {
        case rows(Kind, RowSource)
        case query(QueryCall)
    }

    package let variable: String
    package let source: Source

    /// Of the collection or query that is asked.
    package var name: String {
        switch source {
        case .rows(_, let rows): rows.collection
        case .query(let call): call.query.name
        }
    }
}

/// `from: i in items`, `where`, `order`.
package struct RowSource: Sendable {
    package let variable: String
    package let collection: String
    /// Nil: every row.
    package let predicate: RowPredicate?
    package let order: [OrderKey]
    package let position: SourcePosition

    package init(
        variable: String, collection: String, predicate: RowPredicate?, order: [OrderKey], position: SourcePosition
    ) {
        self.variable = variable
        self.collection = collection
        self.predicate = predicate
        self.order = order
        self.position = position
    }
}

/// Text with expressions in it.
package struct Template: Sendable {
    package enum Part: Sendable {
        case text(String)
        case value(Expression)
        /// A text of `texts`; its own markup stays markup.
        case translated(Translation)
    }

    package let parts: [Part]
    package let source: String
    package let position: SourcePosition
    /// How long it may become.
    package internal(set) var length = TemplateLength()

    package init(parts: [Part], source: String, position: SourcePosition) {
        self.parts = parts
        self.source = source
        self.position = position
    }

    /// The text when there is nothing to fill in.
    package var constant: String? {
        var text = ""
        for part in parts {
            guard case .text(let piece) = part else { return nil }
            text += piece
        }
        return text
    }
}

/// A text, or the first of several whose condition holds.
package struct ConditionalText: Sendable {
    package struct Case: Sendable {
        package let condition: Expression?
        package let text: Template

        package init(condition: Expression?, text: Template) {
            self.condition = condition
            self.text = text
        }
    }

    package let cases: [Case]

    package init(cases: [Case]) { self.cases = cases }
}
