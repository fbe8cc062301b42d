package import BotLanguage

extension PlayedBot {
    /// Plays a test in this process.
    ///
    /// - Throws: when the database fails; all that the test is to blame for is in the result.
    package func play(_ test: ConversationTest) async throws -> TestResult {
        let start = ContinuousClock.now
        var complaint: Complaint?
        var transcript = Transcript()
        do {
            let world = try InProcessWorld(self, test)
            defer { transcript = world.chats.transcript }
            try await world.begin()
            complaint = try await Player(test: test, world: world).play()
        } catch let found as Complaint {
            complaint = found
        }
        let outcome = complaint.map { TestResult.Outcome.failed(.init($0, transcript, test)) } ?? .passed
        return TestResult(
            bot: definition.bot, name: test.name, position: test.position, duration: ContinuousClock.now - start, outcome: outcome)
    }
}

extension TestResult.Failure {
    init(_ complaint: Complaint, _ transcript: Transcript, _ test: ConversationTest) {
        self.init(
            message: complaint.message, position: complaint.position, expected: complaint.expected, actual: complaint.actual,
            transcript: transcript.rendered(group: test.group != nil))
    }
}
