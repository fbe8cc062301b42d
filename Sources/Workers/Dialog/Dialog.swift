import Glibc
import Runtime

/// The process `switchboard-dialog`. Runs the worker; `switchboard-dialog check FILE…` only reads definitions and says what is wrong;
/// `publish`, `versions`, `rollback` and `changes` work on published ones.
package struct Dialog {
    package static func main() async {
        switch DefinitionCheck.request(CommandLine.arguments) {
        case .check(let check): exit(check.run { print($0) })
        case .help(let usage):
            print(usage)
            exit(DefinitionCheck.Status.canRun)
        case .misuse(let complaint):
            StandardError.print("switchboard-dialog: \(complaint)")
            exit(DefinitionCheck.Status.usage)
        case nil: break
        }
        switch DefinitionTool.request(CommandLine.arguments) {
        case .run(let tool): exit(await tool.runAlone())
        case .help(let usage):
            print(usage)
            exit(DefinitionCheck.Status.canRun)
        case .misuse(let complaint):
            StandardError.print("switchboard-dialog: \(complaint)")
            exit(DefinitionCheck.Status.usage)
        case nil: break
        }
        await ServiceProcess.run("dialog", settings: DialogSettings.self) { process, settings in
            try await build(settings, process: process)
        }
    }
}
