import Testing

/// The check itself finds what it is there to find.
@Suite struct CountingCheckTests {
    private func check(_ answers: [String]) -> CountingCheck { CountingCheck([1: answers], chats: [1], expected: 3) }

    @Test func isContentWithEveryAnswerOnceAndInOrder() {
        #expect(check(["m1 #1", "m2 #2", "m3 #3"]).mistakes == [])
        #expect(check(["m1 #1", "m2 #2", "m3 #3"]).repeats == 0)
    }

    @Test func countsRepeats() {
        let repeated = check(["m1 #1", "m2 #2", "m1 #1", "m2 #2", "m3 #3"])
        #expect(repeated.mistakes == [])
        #expect(repeated.repeats == 2)
    }

    @Test func findsWhatIsMissing() {
        #expect(check(["m1 #1", "m3 #3"]).mistakes == ["chat 1: 1 without an answer, the first is m2 #2"])
        #expect(CountingCheck([:], chats: [1], expected: 1).mistakes == ["chat 1: 1 without an answer, the first is m1 #1"])
    }

    @Test func findsStateAppliedTwiceOrNotAtAll() {
        #expect(
            check(["m1 #1", "m2 #3", "m3 #4"]).mistakes == [
                "chat 1: 2 without an answer, the first is m2 #2", "chat 1: 2 wrong, the first is m2 #3",
            ])
        #expect(check(["m1 #1", "m1 #2", "m2 #2", "m3 #3"]).mistakes == ["chat 1: 1 wrong, the first is m1 #2"])
    }

    @Test func findsDisorder() {
        #expect(check(["m1 #1", "m3 #3", "m2 #2"]).mistakes == ["chat 1: not in order: m1 #1, m3 #3, m2 #2"])
    }

    @Test func findsAnswersToNobody() {
        #expect(CountingCheck([1: ["m1 #1"], 9: ["m1 #1"]], chats: [1], expected: 1).mistakes == ["chat 9 wrote nothing and got answers"])
    }
}
