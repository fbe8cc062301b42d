import HTTPClient
import ObjectStore
import OperationKit
import Registry
import Runtime

@main
struct Files {
    static func main() async {
        await OperationProcess.run("files", settings: FilesSettings.self) { _, settings in
            let http = try HTTPClient()
            let operations = FileOperations(
                store: settings.objects.store(http),
                bots: Dictionary(settings.bots.map { ($0.name, $0.client(http)) }) { first, _ in first })
            return OperationProcess.Parts(handlers: operations.handlers)
        }
    }
}
