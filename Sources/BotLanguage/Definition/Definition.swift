package import CEL
public import Contracts

/// A checked bot: everything in it is known to fit together.
public struct Definition: Sendable {
    /// The bot's name.
    public let bot: String
    /// The author's number of this version; 1 when none is given.
    public let version: Int
    /// The tables it needs.
    public let store: StoreSchema

    /// What looks like a mistake, though the bot can run.
    public package(set) var warnings: [Diagnostic] = []

    package let collections: [String: Collection]
    package let enums: [String: CELEnum]
    package let screens: [String: Screen]
    package let forms: [String: Form]
    package let handlers: [Handler]
    package let signals: [String: SignalHandler]
    package let timers: [String: TimerHandler]
    /// By the collection whose rows have them, in the order of their names.
    package let timersOfRows: [String: [TimerHandler]]
    /// By the collection on whose rows timers of others depend.
    package let timersByDependency: [String: [(timer: TimerHandler, dependency: TimerHandler.Dependency)]]
    package let replies: [String: ReplyHandler]
    /// Where a conversation begins: `home`, else the first screen; nil without screens.
    package let home: String?
    /// Collections whose rows some screen follows.
    package let liveCollections: Set<String>
    /// Whether some screens belong to a chat as a whole.
    package let hasCommonScreens: Bool
    /// Whether answers to polls are handled.
    public let handlesPolls: Bool
    /// References that some expression looks through, by collection: they are loaded with their row.
    package let expansions: [String: Set<String>]
    /// What the bot's owner sets.
    package let config: [ConfigSetting]
    /// Types of the rows of queries with columns of their own, by the queries' names.
    package let queryRecords: [String: RecordType]
    /// The languages that it speaks.
    package internal(set) var languages = Languages()
    /// Whether handlers see, or make, rows that others see: then they must behave as if one ran after another.
    public let sharesRows: Bool
    /// Conversations that must go as they are written, in the order of the file.
    public internal(set) var tests: [ConversationTest] = []
    /// What becomes of conversations that an older version has left.
    package internal(set) var migrations: [MigrationRule] = []

    /// Reads and checks a definition.
    ///
    /// - Parameters:
    ///   - yaml: its text, YAML or JSON.
    ///   - file: how messages call it.
    /// - Throws: everything that is wrong with it.
    public init(yaml: String, file: String = "bot.yaml") throws(DefinitionError) {
        self = try Loader.load(yaml, file: file)
    }

    package init(
        bot: String, version: Int, store: StoreSchema, collections: [String: Collection], enums: [String: CELEnum],
        screens: [String: Screen], forms: [String: Form], handlers: [Handler], signals: [String: SignalHandler],
        timers: [String: TimerHandler], replies: [String: ReplyHandler], home: String?, expansions: [String: Set<String>],
        queryRecords: [String: RecordType],
        config: [ConfigSetting], sharesRows: Bool
    ) {
        self.config = config
        self.queryRecords = queryRecords
        self.bot = bot
        self.version = version
        self.store = store
        self.collections = collections
        self.enums = enums
        self.screens = screens
        self.forms = forms
        self.handlers = handlers
        self.signals = signals
        self.timers = timers
        let ordered = timers.values.sorted { $0.name < $1.name }
        timersOfRows = Dictionary(grouping: ordered.filter { $0.rows != nil }) { $0.rows?.collection ?? "" }
        timersByDependency = Dictionary(grouping: ordered.flatMap { timer in timer.dependencies.map { (timer, $0) } }) {
            $0.1.collection
        }
        self.replies = replies
        self.home = home
        self.expansions = expansions
        self.sharesRows = sharesRows
        hasCommonScreens = screens.values.contains { $0.press == .everyone }
        handlesPolls = handlers.contains { if case .poll = $0.trigger { true } else { false } }
        liveCollections = Set(
            screens.values.compactMap { screen in
                guard let parameter = screen.parameters.first(where: { $0.name == screen.live }) else { return nil }
                if case .reference(let collection) = parameter.type.type { return collection } else { return nil }
            })
    }

    /// The platform's menu of commands: those with a description, each once, in the order of the handlers; 100 at most, which is
    /// all that Telegram takes. Of a handler's several commands the first.
    public var menu: [MenuCommand] {
        var menu: [MenuCommand] = []
        for handler in handlers {
            guard case .commands(let names, _) = handler.trigger, let name = names.first, let description = handler.description,
                !menu.contains(where: { $0.name == name })
            else { continue }
            menu.append(MenuCommand(name: name, description: description))
        }
        return Array(menu.prefix(100))
    }

    /// A menu of commands for people whose app speaks one language.
    public struct Menu: Sendable, Hashable {
        /// Two letters, as Telegram has them; nil: for everybody who has no other menu.
        public var language: String?
        public var commands: [MenuCommand]

        public init(language: String?, commands: [MenuCommand]) {
            self.language = language
            self.commands = commands
        }
    }

    /// The menu in the bot's own language for everybody, and in every other of its languages that Telegram can tell people by.
    /// None without described commands.
    public var menus: [Menu] {
        let menu = menu
        guard !menu.isEmpty else { return [] }
        var menus = [Menu(language: nil, commands: menu)]
        // `pt` before `pt-br`: Telegram knows languages by two letters, without regions.
        for language in languages.all.sorted(by: { $0.count < $1.count }) where language != languages.own {
            let code = String(language.prefix { $0 != "-" })
            guard code.count == 2, !menus.contains(where: { $0.language == code }), !languages.descriptions.isEmpty else { continue }
            menus.append(
                Menu(
                    language: code,
                    commands: menu.map {
                        MenuCommand(name: $0.name, description: languages.descriptions[$0.name]?[language] ?? $0.description)
                    }))
        }
        return menus
    }

    /// The commands that it answers.
    public var commands: [String] {
        var names: [String] = []
        for handler in handlers {
            if case .commands(let own, _) = handler.trigger { names += own.filter { !names.contains($0) } }
        }
        return names
    }
}
