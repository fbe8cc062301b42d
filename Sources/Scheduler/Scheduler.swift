import Runtime

@main
struct Scheduler {
    static func main() async {
        await ServiceProcess.run("scheduler", settings: SchedulerSettings.self) { process, settings in
            try build(settings, process: process)
        }
    }
}
