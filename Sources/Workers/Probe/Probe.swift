import OperationKit

@main
struct Probe {
    static func main() async {
        let operations = ProbeOperations()
        await OperationProcess.run("probe") { _ in operations.handlers }
    }
}
