/// The operations of an installation.
public struct OperationCatalogue: Sendable {
    public let contracts: [OperationContract]

    public init(_ contracts: [OperationContract]) { self.contracts = contracts }

    /// What the workers of this installation offer to definitions.
    public static let standard = OperationCatalogue([.probeEcho, .probeFail, .probeSlow, .storeFile])

    public subscript(operation: Operation) -> OperationContract? { contracts.first { $0.operation == operation } }
    public subscript(name: String) -> OperationContract? { contracts.first { $0.operation.name == name } }

    public var names: [String] { contracts.map(\.operation.name) }

    /// Each once, in the order of the contracts.
    public var workers: [String] {
        contracts.reduce(into: []) { workers, contract in if !workers.contains(contract.worker) { workers.append(contract.worker) } }
    }

    /// What one worker offers.
    public func contracts(of worker: String) -> [OperationContract] { contracts.filter { $0.worker == worker } }

    /// The reference of `docs/language/operations.md`.
    package var markdown: String {
        contracts.map { contract in
            var lines = ["### `\(contract.operation)`", "", contract.summary]
            lines += table("takes", contract.arguments)
            lines += table("result", contract.result)
            if let progress = contract.progress { lines += table("progress", progress) }
            lines += [""]
            let codes = contract.failures.map { "`\($0.code)`: \($0.summary)" }
            lines.append(
                "Waited for \(contract.timeout.components.seconds) s."
                    + (codes.isEmpty ? "" : " Fails with " + codes.joined(separator: " ")))
            return lines.joined(separator: "\n")
        }.joined(separator: "\n\n")
    }

    private func table(_ what: String, _ fields: [OperationField]) -> [String] {
        guard !fields.isEmpty else { return [] }
        return ["", "| \(what) | type | |", "|---|---|---|"]
            + fields.map { field in
                let limit = field.maximum.map { " At most \($0)." } ?? ""
                return "| `\(field.name)` | `\(field.type.description)\(field.isOptional ? "?" : "")` | \(field.summary)\(limit) |"
            }
    }
}
