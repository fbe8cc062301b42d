import Runtime

@main
struct Dialog {
    static func main() async {
        await ServiceProcess.run("dialog", settings: DialogSettings.self) { process, settings in
            try await build(settings, process: process)
        }
    }
}
