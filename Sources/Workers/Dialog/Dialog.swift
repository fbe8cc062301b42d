import Glibc
import Runtime

/// `switchboard-dialog` runs the worker; `switchboard-dialog check FILE…` only reads definitions and says what is wrong.
@main
struct Dialog {
    static func main() async {
        if let files = DefinitionCheck.files(CommandLine.arguments) { exit(DefinitionCheck(files: files).run { print($0) }) }
        await ServiceProcess.run("dialog", settings: DialogSettings.self) { process, settings in
            try await build(settings, process: process)
        }
    }
}
