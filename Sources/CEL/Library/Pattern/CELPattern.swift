/// A regular expression in RE2's syntax that takes a text apart by its named groups. Time is proportional to the text,
/// however hostile the pattern is.
public struct CELPattern: Sendable {
    /// A group with a name: `(?P<year>\d+)`.
    public struct Group: Sendable, Hashable {
        public let name: String
        /// Counted from 1 over all groups that capture.
        public let number: Int
        /// Whether it takes part in every match; false within `|`, `?`, `*` and `{0,…}`.
        public let isCertain: Bool
    }

    /// In the order in which they begin.
    public let groups: [Group]
    private let pattern: Pattern

    /// How many steps it takes at most for each character of a text.
    public var size: Int { pattern.program.count }

    /// - Throws: `invalidArgument` with what is wrong with the pattern.
    public init(_ text: String) throws(CELError) {
        pattern = try Pattern.compiled(text)
        let (node, names) = try PatternCompiler.namedTree(text)
        let certain = Self.certain(node)
        groups = names.sorted { $0.value < $1.value }.map { Group(name: $0.key, number: $0.value, isCertain: certain.contains($0.value)) }
    }

    /// What the named groups matched where the pattern is found first; nil when it isn't found. Groups that took no part
    /// are left out.
    ///
    /// - Throws: `invalidArgument` when the text is too long for this pattern.
    public func firstMatch(in text: String) throws(CELError) -> [String: String]? {
        // Most texts match nothing, which is found out sooner without places.
        guard try pattern.isFound(in: text) else { return nil }
        let scalars = Array(text.unicodeScalars)
        guard let match = try pattern.matches(in: scalars, limit: 1).first else { return nil }
        var values: [String: String] = [:]
        for group in groups {
            guard let range = match.group(group.number) else { continue }
            var view = String.UnicodeScalarView()
            view.append(contentsOf: scalars[range])
            values[group.name] = String(view)
        }
        return values
    }

    /// Numbers of the groups without which there is no match.
    private static func certain(_ node: PatternCompiler.Node) -> Set<Int> {
        switch node {
        case .empty, .set, .assertion: []
        case .sequence(let parts): parts.reduce(into: []) { $0.formUnion(certain($1)) }
        // Each group stands in one option only.
        case .choice(let options): options.count == 1 ? options.reduce(into: []) { $0.formUnion(certain($1)) } : []
        case .repetition(let body, let minimum, _, _): minimum > 0 ? certain(body) : []
        case .group(let number, let body): certain(body).union([number])
        }
    }
}
