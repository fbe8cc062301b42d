/// Joins modules of JavaScript into one script, so that a browser asks once instead of once for each.
///
/// It understands what the page's own modules use, each on a line of its own that nothing precedes:
/// `import { a, b as c } from "/x.js";`, `import * as x from "/x.js";`, and `export` before a function, a class or a
/// `const`. A module becomes a function that runs once, after those that it imports, so what is private to it stays so.
package struct ScriptBundle {
    package struct Failure: Error, Hashable, CustomStringConvertible {
        package var description: String
    }

    private struct Module {
        var body: [String] = []
        var imports: [String] = []
        var exports: [String] = []
    }

    private let modules: [String: Module]

    /// - Parameter sources: by file name, `main.js`.
    package init(_ sources: [String: String]) throws(Failure) {
        var modules: [String: Module] = [:]
        for (name, source) in sources { modules[name] = try Self.parse(source, name) }
        self.modules = modules
    }

    /// The script that does what the module `entry` does.
    package func script(entry: String) throws(Failure) -> String {
        var script = ""
        var written: Set<String> = []
        try write(entry, path: [], &written, to: &script)
        return script
    }

    private func write(_ name: String, path: [String], _ written: inout Set<String>, to script: inout String) throws(Failure) {
        guard !written.contains(name) else { return }
        guard let module = modules[name] else { throw Failure(description: "\(path.last ?? name) imports \(name), which is not there") }
        guard !path.contains(name) else { throw Failure(description: "\((path + [name]).joined(separator: " imports ")): a circle") }
        for other in module.imports { try write(other, path: path + [name], &written, to: &script) }
        written.insert(name)
        script += "const \(Self.variable(name)) = (() => { // \(name)\n"
        for line in module.body { script += line + "\n" }
        script += "return { \(module.exports.joined(separator: ", ")) };\n})();\n"
    }

    /// `$names` for `names.js`.
    private static func variable(_ file: String) -> String {
        "$" + String(file.prefix { $0 != "." }.map { $0.isLetter || $0.isNumber ? $0 : "_" })
    }

    private static func parse(_ source: String, _ name: String) throws(Failure) -> Module {
        var module = Module()
        for (index, line) in source.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            if line.hasPrefix("import ") {
                guard let (statement, file) = importing(line) else {
                    throw Failure(description: "\(name):\(index + 1): can't join this import")
                }
                module.imports.append(file)
                module.body.append(statement)
            } else if line.hasPrefix("export ") {
                let declaration = line.dropFirst("export ".count)
                guard let exported = declared(declaration) else {
                    throw Failure(description: "\(name):\(index + 1): can't join this export")
                }
                module.exports.append(exported)
                module.body.append(String(declaration))
            } else {
                module.body.append(String(line))
            }
        }
        return module
    }

    /// An import as an assignment, and the file that it is of.
    private static func importing(_ line: Substring) -> (statement: String, file: String)? {
        guard let from = line.firstRange(of: " from \"/"), line.hasSuffix("\";") else { return nil }
        let file = String(line[from.upperBound...].dropLast(2))
        let names = line[..<from.lowerBound].dropFirst("import ".count)
        if names.hasPrefix("* as ") { return ("const \(names.dropFirst("* as ".count)) = \(variable(file));", file) }
        guard names.hasPrefix("{"), names.hasSuffix("}") else { return nil }
        return ("const \(names.replacing(" as ", with: ": ")) = \(variable(file));", file)
    }

    /// The name that a declaration gives.
    private static func declared(_ declaration: Substring) -> String? {
        for start in ["const ", "function ", "async function ", "class "] where declaration.hasPrefix(start) {
            let name = declaration.dropFirst(start.count).prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "$" }
            return name.isEmpty ? nil : String(name)
        }
        return nil
    }
}
