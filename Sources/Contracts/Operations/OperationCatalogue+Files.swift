// Of the worker `files`, which keeps what platforms keep only for a while, or only for one bot.
extension OperationContract {
    public static let storeFile = OperationContract(
        .storeFile, worker: "files", "Fetches a file that somebody sent and puts it into the object store.",
        arguments: [
            OperationField("file", .file, "Which: `message.photo`."),
            OperationField(
                "key", .string, isOptional: true, maximum: 300,
                "Under which name, below the bot's own: letters, digits, `-`, `_`, `.`, with `/` between parts. By default one made of the file's id."
            ),
        ],
        result: [
            OperationField("file", .file, "The same file, with its `key`."),
            OperationField("key", .string, "Its name in the store: `<bot>/…`."),
            OperationField("size", .int, "In bytes."),
        ],
        failures: [
            .init("too_large", "The platform gives files of up to 20 MB only."), .init("gone", "The platform hasn't got it any more."),
            .init("invalid_key", "That is no name for an object."), .init("no_store", "This installation has no object store."),
        ], timeout: .seconds(300))
}
