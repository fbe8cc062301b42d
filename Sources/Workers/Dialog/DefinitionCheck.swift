import BotLanguage

/// Reads definitions as the worker would, without a broker and a database, and shows every mistake with its line.
package struct DefinitionCheck {
    let files: [String]

    package init(files: [String]) { self.files = files }

    /// The files behind `check`; nil: the arguments ask for something else.
    package static func files(_ arguments: [String]) -> [String]? {
        guard arguments.dropFirst().first == "check" else { return nil }
        return Array(arguments.dropFirst(2))
    }

    /// - Returns: the exit status: 0 when all can run, 1 when one can't, 64 (`EX_USAGE`) when none was named.
    package func run(_ print: (String) -> Void) -> Int32 {
        guard !files.isEmpty else {
            print("usage: switchboard-dialog check FILE…")
            return 64
        }
        var status: Int32 = 0
        for file in files {
            do throws(DefinitionError) {
                let definition = try Definition(file: file)
                print("\(file): the bot '\(definition.bot)', version \(definition.version), can run")
            } catch {
                print(error.rendered)
                status = 1
            }
        }
        return status
    }
}
