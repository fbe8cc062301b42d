import Runtime

@main
struct Sender {
    static func main() async {
        await ServiceProcess.run("sender", settings: SenderSettings.self) { process, settings in
            try build(settings, process: process)
        }
    }
}
