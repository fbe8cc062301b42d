import ArgumentParser
import DevServices
import Glibc
import JSON

package enum OutputFormat: String, ExpressibleByArgument, CaseIterable, Sendable { case text, json, jsonl }

struct OutputOption: ParsableArguments {
    @Option(
        name: .customLong("output"),
        help: ArgumentHelp(
            "How to print data: text for people; json: one document; jsonl: one JSON value a line.", valueName: "format"))
    var format: OutputFormat = .text

    func print(text: @autoclosure () -> String, json: @autoclosure () -> JSON) {
        switch format {
        case .text: Terminal.print(text())
        case .json: Terminal.print("\(json())")
        case .jsonl:
            let json = json()
            for value in json.array ?? [json] { Terminal.print("\(value)") }
        }
    }
}

/// Prints records as they come: lines of text, lines of JSON, or the elements of one JSON array.
package struct RecordOutput {
    private let format: OutputFormat
    private let descriptor: Int32
    private(set) var count = 0

    package init(_ format: OutputFormat, descriptor: Int32 = STDOUT_FILENO) {
        self.format = format
        self.descriptor = descriptor
    }

    /// - Returns: false when nobody reads any more (a closed pipe).
    package mutating func print(text: @autoclosure () -> String, json: @autoclosure () -> [UInt8]) -> Bool {
        defer { count += 1 }
        let bytes: [UInt8] =
            switch format {
            case .text: Array(text().utf8) + [newline]
            case .jsonl: json() + [newline]
            case .json: Array((count == 0 ? "[" : ",\n").utf8) + json()
            }
        return Files.writeAll(bytes, to: descriptor)
    }

    /// Closes the array of `json`.
    package func end() {
        guard format == .json else { return }
        Files.writeAll(Array((count == 0 ? "[]\n" : "]\n").utf8), to: descriptor)
    }
}

private let newline = UInt8(ascii: "\n")
