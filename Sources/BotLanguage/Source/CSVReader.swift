/// A table as RFC 4180 has it: fields separated by commas, in quotes where they contain commas, quotes (doubled) or line ends.
struct CSVTable {
    struct Cell {
        var text: String
        var mark: Mark
        /// As it stands in the file, to be underlined.
        var length: Int
    }

    var header: [Cell] = []
    var rows: [[Cell]] = []

    static let maximumSize = 4 << 20
    static let maximumRows = 10_000
    static let maximumColumns = 200
    static let maximumProblems = 20
}

struct CSVReader {
    struct Problem {
        var message: String
        var mark: Mark
        var length = 1
        var suggestion: String?
    }

    private var scalars: Array<Unicode.Scalar>.SubSequence
    private var mark = Mark(line: 1, column: 1)
    private var problems: [Problem] = []

    private init(_ text: String) {
        let all = Array(text.unicodeScalars)
        scalars = all.first == "\u{FEFF}" ? all.dropFirst() : all[...]
    }

    /// Empty lines are passed over. All rows have as many cells as the header, unless there are problems.
    static func read(_ text: String) -> (table: CSVTable, problems: [Problem]) {
        var reader = CSVReader(text)
        var table = CSVTable()
        while !reader.scalars.isEmpty, reader.problems.count < CSVTable.maximumProblems {
            let start = reader.mark
            let cells = reader.record()
            if cells.count == 1, cells[0].text.isEmpty, cells[0].length == 0 { continue }
            if table.header.isEmpty {
                table.header = cells
                if cells.count > CSVTable.maximumColumns {
                    reader.problems.append(Problem(message: "there are more than \(CSVTable.maximumColumns) columns", mark: start))
                    break
                }
                continue
            }
            if cells.count != table.header.count {
                let place = cells.count > table.header.count ? cells[table.header.count].mark : start
                reader.problems.append(
                    Problem(
                        message:
                            "the row has \(cells.count) \(cells.count == 1 ? "cell" : "cells"), but the header has \(table.header.count)",
                        mark: place, suggestion: cells.count > table.header.count ? "put a cell with a comma in quotes" : nil))
                continue
            }
            table.rows.append(cells)
            if table.rows.count > CSVTable.maximumRows {
                reader.problems.append(Problem(message: "there are more than \(CSVTable.maximumRows) rows", mark: start))
                break
            }
        }
        if table.header.isEmpty, reader.problems.isEmpty {
            reader.problems.append(
                Problem(message: "the file is empty", mark: Mark(line: 1, column: 1), suggestion: "begin with the fields' names"))
        }
        return (table, reader.problems)
    }

    private mutating func take() -> Unicode.Scalar? {
        guard let scalar = scalars.popFirst() else { return nil }
        // Lines are counted as a `SourceFile` has them.
        switch scalar {
        case "\r" where scalars.first == "\n": mark.column += 1
        case "\n", "\r", "\u{85}", "\u{2028}", "\u{2029}": mark = Mark(line: mark.line + 1, column: 1)
        default: mark.column += 1
        }
        return scalar
    }

    /// Up to and with the line's end.
    private mutating func record() -> [CSVTable.Cell] {
        var cells: [CSVTable.Cell] = []
        while true {
            cells.append(cell())
            guard let end = take() else { return cells }
            if end == "," { continue }
            if end == "\r", scalars.first == "\n" { _ = take() }
            return cells
        }
    }

    /// Up to the comma or line end behind it.
    private mutating func cell() -> CSVTable.Cell {
        let start = mark
        var text = String.UnicodeScalarView()
        var length = 0
        if scalars.first == "\"" {
            _ = take()
            length = 1
            while true {
                guard let scalar = take() else {
                    problems.append(Problem(message: "the quote is never closed", mark: start))
                    return CSVTable.Cell(text: String(text), mark: start, length: length)
                }
                length += 1
                if scalar == "\"" {
                    guard scalars.first == "\"" else { break }
                    _ = take()
                    length += 1
                }
                text.append(scalar)
            }
            if let next = scalars.first, !isEnd(next) {
                problems.append(
                    Problem(
                        message: "there is text behind the closing quote", mark: mark, suggestion: "write a quote within quotes twice: \"\""
                    ))
            }
        }
        while let next = scalars.first, !isEnd(next) {
            if next == "\"", length == text.count {
                problems.append(
                    Problem(
                        message: "a cell with a quote in it stands in quotes", mark: mark,
                        suggestion: "and the quote is written twice: \"\""))
            }
            text.append(next)
            length += 1
            _ = take()
        }
        return CSVTable.Cell(text: String(text), mark: start, length: length)
    }

    private func isEnd(_ scalar: Unicode.Scalar) -> Bool { scalar == "," || scalar == "\n" || scalar == "\r" }
}
