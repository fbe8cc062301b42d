import CEL
import Contracts

/// Reads a definition and checks it, collecting every mistake on the way.
///
/// Declarations come before what uses them, whatever their order in the file: names and types of data, then the
/// signatures of screens and forms, then everything with expressions.
final class Loader {
    /// What is being read; see `readTestFile`.
    var file: SourceFile
    var diagnostics: [Diagnostic] = []
    /// What doesn't keep the bot from running.
    var warnings: [Diagnostic] = []

    var enums: [String: CELEnum] = [:]
    var collections: [String: Collection] = [:]
    /// In the order of the file, `users` first.
    var collectionNames: [String] = []
    var environment = CELEnvironment()
    /// Types with named parts that data use, by their names.
    var structures: [String: RecordType] = [:]
    /// While the types of data are read, before expressions are.
    var areRecordsWelcome = false
    /// Whether anything looks at rows, other than the person's own.
    var readsRows = false
    var signalSignatures: [String: SignalSignature] = [:]
    /// Arguments of the handlers of buttons, by the buttons' name; known before screens are read.
    var buttonSignatures: [String: [Parameter]] = [:]
    var replySignatures: [String: ReplySignature] = [:]
    /// What `run` can ask for.
    var operations = OperationCatalogue.standard
    /// Whether the steps being read run in somebody's conversation.
    var hasConversation = true
    /// Screens that show polls, known before handlers are read.
    var pollScreens: [String: PollScreen] = [:]
    var chatTargets: [ChatTarget] = []
    /// What runs in none, for messages.
    var nobodys = "a signal with a lane"
    /// Why nothing can be sent in the conversation; nil where it isn't that.
    var silence: String?
    /// Signals that some step sets for later, and where some are cancelled.
    var scheduledSignals: Set<String> = []
    var cancelledSignals: [(name: String, node: Node)] = []
    /// Nil: wrong, and reported.
    var roles: [String: Expression?] = [:]
    /// Arguments of screens and of forms, by name; known before their bodies are read.
    var screenSignatures: [String: [Parameter]] = [:]
    var formSignatures: [String: [Parameter]] = [:]
    var expansions: [String: Set<String>] = [:]
    /// Fields whose declaration is wrong: what uses them isn't reported as well.
    var brokenFields: [String: Set<String>] = [:]
    /// What the bot's owner sets, its types by name, and what is read of it.
    var config: [ConfigSetting] = []
    var configTypes: [String: CELType] = [:]
    var configDrafts: [(setting: ConfigSetting, default: Node?)] = []
    var configNode: Node?
    /// Queries by name, those that are read; their names and drafts in the order of the file.
    var queries: [String: NamedQuery] = [:]
    var queryOrder: [String] = []
    var queryDrafts: [QueryDraft] = []
    /// Types of the rows of queries with columns of their own.
    var queryRecords: [String: RecordType] = [:]
    /// Makes an environment with further functions, as long as types are being read.
    var makeEnvironment: ([CELFunction]) -> CELEnvironment = { _ in CELEnvironment() }
    /// `texts`, and the languages that they are in.
    var texts: [String: TextDraft] = [:]
    var textsNode: Node?
    var languageNode: Node?
    var languages = Languages()
    /// Texts within texts.
    var textDepth = 0
    /// Texts whose markup has been looked at, by the mode.
    var checkedMarkup: Set<String> = []
    /// Steps within steps, so that no definition exhausts the stack.
    var stepDepth = 0
    /// `was` of collections and fields, with the place where it stands.
    var renamings: [(renaming: Renaming, node: Node)] = []

    static let maximumDiagnostics = 100

    init(file: SourceFile) { self.file = file }

    /// Whether the bot's folder has a file; nil: nobody knows, so it isn't checked.
    private(set) var hasAsset: ((String) -> Bool)?

    /// A file of the bot's folder; nil: nobody knows.
    private(set) var readAsset: ((String) -> [UInt8]?)?
    var seedDrafts: [SeedDraft] = []

    /// - Parameter tests: the text of `tests.yaml` and how messages call it; nil: there is none.
    static func load(
        _ yaml: String, file name: String, hasAsset: ((String) -> Bool)? = nil, readAsset: ((String) -> [UInt8]?)? = nil,
        tests: (yaml: String, name: String)? = nil
    ) throws(DefinitionError) -> Definition {
        // Editors of another system write a byte order mark.
        let yaml = yaml.unicodeScalars.first == "\u{FEFF}" ? String(yaml.unicodeScalars.dropFirst()) : yaml
        let file = SourceFile(yaml, name: name)
        let (root, problems) = YAMLReader.read(yaml, file: file)
        let loader = Loader(file: file)
        loader.diagnostics = problems
        loader.hasAsset = hasAsset
        loader.readAsset = readAsset
        var definition: Definition?
        if let root, problems.isEmpty { definition = loader.read(root) }
        definition?.languages = loader.languages
        if let tests, definition != nil { loader.readTestFile(tests.yaml, named: tests.name, whole: &definition) }
        guard var definition, let root, loader.diagnostics.isEmpty else {
            throw DefinitionError(diagnostics: loader.sorted(loader.diagnostics))
        }
        loader.warnOfUnused(root, home: definition.home)
        definition.warnings = loader.sorted(loader.warnings)
        return definition
    }

    private func sorted(_ diagnostics: [Diagnostic]) -> [Diagnostic] {
        // The definition itself comes before its other files.
        func place(_ position: SourcePosition) -> (String, Int, Int) {
            (position.file == file.name ? "" : position.file, position.line, position.column)
        }
        let sorted = diagnostics.sorted { place($0.position) < place($1.position) }
        var seen: Set<Diagnostic> = []
        return Array(sorted.filter { seen.insert($0).inserted }.prefix(Self.maximumDiagnostics))
    }

    private func read(_ root: Node) -> Definition? {
        guard let fields = fields(of: root, .bot) else { return nil }
        let bot = readBotName(fields, root)
        let version = fields["version"].flatMap { whole($0, in: 1...Int(Int32.max), "a version") } ?? 1
        readOperationTypes(root)
        configNode = fields["config"]
        (textsNode, languageNode) = (fields["texts"], fields["language"])
        let store = readData(enums: fields["enums"], functions: fields["fn"], data: fields["data"], queries: fields["queries"])
        let screenEntries = declarations(fields["screens"], "a screen", isVariable: false)
        let formEntries = declarations(fields["forms"], "a form", isVariable: false)
        readRoles(fields["roles"])
        let signalEntries = declarations(fields["signals"], "a signal", isVariable: false)
        readSignatures(screens: screenEntries, forms: formEntries)
        readSignalSignatures(signalEntries)
        readButtonSignatures(fields["handlers"])
        let replyEntries = declarations(fields["replies"], "a reply", isVariable: false)
        readReplySignatures(replyEntries)
        var screens: [String: Screen] = [:]
        for entry in screenEntries { screens[entry.name] = readScreen(entry.name, entry.node) }
        var forms: [String: Form] = [:]
        for entry in formEntries { forms[entry.name] = readForm(entry.name, entry.node) }
        let handlers = readHandlers(fields["handlers"])
        var signals: [String: SignalHandler] = [:]
        for entry in signalEntries { signals[entry.name] = readSignal(entry.name, entry.node) }
        let timers = readTimers(fields["timers"])
        checkCancelled()
        var replies: [String: ReplyHandler] = [:]
        for entry in replyEntries { replies[entry.name] = readReply(entry.name, entry.node) }
        if screenEntries.isEmpty, handlers.isEmpty, diagnostics.isEmpty {
            report("the bot has neither screens nor handlers: it would never answer", at: root)
        }
        let migrations = readMigration(fields["migrate"], forms)
        checkChatTargets(screens)
        let home = readHome(screenEntries)
        let tests = readTests(fields["tests"])
        guard diagnostics.isEmpty, let bot else { return nil }
        var definition = Definition(
            bot: bot, version: version, store: store, collections: collections, enums: enums, screens: screens, forms: forms,
            handlers: handlers, signals: signals, timers: timers, replies: replies, home: home, expansions: expansions,
            queryRecords: queryRecords,
            config: config,
            sharesRows: readsRows || collections.count > 1)
        definition.tests = tests
        definition.migrations = migrations
        return definition
    }

    private func readBotName(_ fields: Fields, _ root: Node) -> String? {
        guard let node = fields["bot"] else {
            report("the bot has no name", at: root, suggestion: "begin with 'bot: name'")
            return nil
        }
        guard let name = text(node, "the bot's name") else { return nil }
        let isValid =
            (1...32).contains(name.utf8.count)
            && name.utf8.allSatisfy {
                (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-")
            }
        if !isValid { report("a bot's name has 1 to 32 of a–z, 0–9, '_' and '-'", at: node) }
        return name
    }

    /// `home`, else the first screen that can be shown by itself; nobody could give it arguments.
    private func readHome(_ screens: [(name: String, node: Node, key: Node)]) -> String? {
        if let home = screens.first(where: { $0.name == "home" }), let role = home.node.mapping?.first(where: { $0.key.text == "role" }) {
            report("conversations begin at the screen 'home', so everybody must see it", at: role.key)
        }
        func needed(_ name: String) -> Parameter? { screenSignatures[name]?.first { !$0.isOptional } }
        guard let home = screens.first(where: { $0.name == "home" }) else {
            return screens.first { needed($0.name) == nil }?.name
        }
        if let needed = needed(home.name) {
            report(
                "conversations begin at the screen 'home', where nobody can give '\(needed.name)'", at: home.node,
                suggestion: "give the argument a default")
        }
        return home.name
    }
}

// MARK: - Reporting

extension Loader {
    func report(_ message: String, at node: Node, suggestion: String? = nil, code: Diagnostic.Code = .definition) {
        report(message, at: node.mark, length: node.length, suggestion: suggestion, code: code)
    }

    func report(_ message: String, at mark: Mark, length: Int, suggestion: String? = nil, code: Diagnostic.Code = .definition) {
        // Far more than anybody reads: a hostile file mustn't fill the memory.
        guard !isHopeless else { return }
        diagnostics.append(file.diagnostic(message, at: mark, length: length, suggestion: suggestion, code: code))
    }

    func position(_ node: Node) -> SourcePosition { file.position(node.mark) }

    /// Nothing more is reported, so nothing more needs to be looked at.
    var isHopeless: Bool { diagnostics.count >= Self.maximumDiagnostics * 5 }

    func didYouMean(_ name: String, _ known: some Sequence<String>) -> String? {
        // Comparing many unknown names with many known ones takes long, and nobody reads that many hints.
        guard diagnostics.count < Self.maximumDiagnostics else { return nil }
        return Suggestion.nearest(to: name, among: known.prefix(2_000)).map { "did you mean '\($0)'?" }
    }
}
