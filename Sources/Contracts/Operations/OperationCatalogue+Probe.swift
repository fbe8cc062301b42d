// Of the worker `probe`, which serves tests and shows what is possible.
extension OperationContract {
    public static let probeEcho = OperationContract(
        .probeEcho, worker: "probe", "Gives back what it was given: one argument of every type.",
        arguments: [OperationField("text", .string, maximum: 4_096, "Any text.")] + everyType + [
            OperationField("password", .secret, isOptional: true, "A secret, of which only the length comes back.")
        ],
        result: [OperationField("text", .string, "The text.")] + everyType + [
            OperationField("password_size", .int, isOptional: true, "How many characters the secret has.")
        ])

    public static let probeFail = OperationContract(
        .probeFail, worker: "probe", "Fails.",
        arguments: [
            OperationField("code", .string, isOptional: true, maximum: 60, "With which code; `asked_for` by default."),
            OperationField(
                "outages", .int, isOptional: true, maximum: 100,
                "How often it first fails as if what the worker needs were away, which is tried again without a word."),
        ], result: [], failures: [.init("asked_for", "It was asked to fail.")])

    public static let probeSlow = OperationContract(
        .probeSlow, worker: "probe", "Takes its time and says how far it is.",
        arguments: [
            OperationField("steps", .int, maximum: 100, "How many steps it takes."),
            OperationField("pause", .duration, maximum: 60_000, "How long each of them takes."),
        ],
        progress: [
            OperationField("step", .int, "Which step is done, from 1."), OperationField("steps", .int, "How many there are."),
        ], result: [OperationField("steps", .int, "How many there were.")], timeout: .seconds(600))

    private static let everyType = [
        OperationField("number", .number, isOptional: true, "Any number."),
        OperationField("count", .int, isOptional: true, "A whole number."),
        OperationField("price", .money, isOptional: true, "An amount."),
        OperationField("sure", .bool, isOptional: true, "True or false."),
        OperationField("at", .timestamp, isOptional: true, "A moment."),
        OperationField("lasting", .duration, isOptional: true, "A duration."),
        OperationField("words", .list(.string), isOptional: true, maximum: 100, "Texts."),
        OperationField(
            "place",
            .record([OperationField("name", .string, "Its name."), OperationField("floor", .int, isOptional: true, "Its floor.")]),
            isOptional: true, "A record."),
        OperationField("file", .file, isOptional: true, "A file."),
    ]
}
