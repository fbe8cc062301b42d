extension Construct {
    static let reply = Construct(
        "reply", "a reply", "What follows on what a worker says, in the conversation that asked it by `run` with `reply`.",
        [
            .required("run", .name("an operation"), "Whose replies they are."),
            .key("args", parameters, "What is kept for it while it is waited for."),
            .key("progress", .steps, "What follows when it says how far it is; `progress` is what it says. Default nothing."),
            .required("done", .steps, "What follows when it is done; `result` is what it gives."),
            .key(
                "failed", .steps,
                "What follows when it fails; `failure.code` and `failure.message` say why. Default: the person is told kindly."),
        ])
}
