public import JSON

/// A place in a definition's file.
public struct SourcePosition: Sendable, Hashable, CustomStringConvertible {
    /// As the caller named it: `bots/demo/bot.yaml`.
    public var file: String
    /// Counted from 1.
    public var line: Int
    /// Counted from 1, in Unicode scalars.
    public var column: Int

    public init(file: String, line: Int, column: Int) {
        self.file = file
        self.line = line
        self.column = column
    }

    public var description: String { "\(file):\(line):\(column)" }
}

extension SourcePosition: JSONEncodable {
    public func write(to json: inout JSONWriter) {
        json.object {
            $0.member("file", file)
            $0.member("line", line)
            $0.member("column", column)
        }
    }
}
