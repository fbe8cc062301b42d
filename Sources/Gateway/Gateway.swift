import Runtime

@main
struct Gateway {
    static func main() async {
        await ServiceProcess.run("gateway", settings: GatewaySettings.self) { process, settings in
            try build(settings, process: process)
        }
    }
}
