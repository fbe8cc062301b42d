import Contracts
import Sender
import Testing

@Suite struct RecentIDsTests {
    @Test func theOldestAreForgottenFirst() {
        var recent = RecentIDs(capacity: 3)
        for id in 1...4 { recent.insert(EnvelopeID(id)) }
        #expect(!recent.contains("1"))
        for id in 2...4 { #expect(recent.contains(EnvelopeID(id))) }
    }

    @Test func theSameIDTwiceTakesOnePlace() {
        var recent = RecentIDs(capacity: 2)
        for id: EnvelopeID in ["a", "b", "b", "b"] { recent.insert(id) }
        #expect(recent.contains("a") && recent.contains("b"))
    }
}
