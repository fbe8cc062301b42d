/// How large an expression may be. Beyond it compilation ends with an issue.
public struct CELParserLimits: Sendable, Hashable {
    /// UTF-8 bytes of the source. 64 KiB by default: hand-written expressions have less than one.
    public var sourceSize: Int
    /// How deep parentheses, lists, arguments and conditionals may nest. 128 by default; the later stages recurse as deep.
    public var nesting: Int
    /// How high the parsed tree may be, e.g. by `a + b + c…`. 256 by default.
    public var height: Int

    /// How many parts the tree may have when definitions have been put in. 20,000 by default: without it definitions
    /// that call each other twice would double at every level.
    public var nodes: Int

    public init(sourceSize: Int = 65_536, nesting: Int = 128, height: Int = 256, nodes: Int = 20_000) {
        self.sourceSize = sourceSize
        self.nesting = nesting
        self.height = height
        self.nodes = nodes
    }
}
