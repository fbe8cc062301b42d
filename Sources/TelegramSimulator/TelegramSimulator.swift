import Runtime

@main
struct TelegramSimulator {
    static func main() async {
        await ServiceProcess.run("telegram-simulator", settings: SimulatorSettings.self) { process, settings in
            try build(settings, process: process)
        }
    }
}
