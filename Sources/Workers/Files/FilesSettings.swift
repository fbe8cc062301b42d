package import ObjectStore
package import Registry
package import Runtime

/// What the worker `files` can be told beside what every worker can.
package struct FilesSettings: SettingsGroup {
    package let bots: [BotAccount]
    package let objects: ObjectStoreSettings

    package init(_ settings: SettingsReader) {
        bots = settings.bots { _, _ in }.map(\.account)
        objects = settings.group()
    }
}
