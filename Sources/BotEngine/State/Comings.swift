package import Contracts
package import JSON

/// Somebody's coming or going that was told here. Groups tell it as a message, and administrators of the group hear of it as a
/// change of the member, too.
package struct Coming: Sendable, Hashable {
    package var member: PersonID
    package var change: MembershipChange.Change
    /// Whether it was told as a change of the member.
    package var isStatus: Bool
    package var at: Timestamp
}

extension Coming: JSONCodable {
    package init(json: JSON) throws(JSONError) {
        member = try json.required("m")
        change = try json.required("c")
        isStatus = try json.optional("s") ?? false
        at = try json.required("t")
    }

    package func write(to json: inout JSONWriter) {
        json.object {
            $0.member("m", member)
            $0.member("c", change)
            if isStatus { $0.member("s", true) }
            $0.member("t", at)
        }
    }
}

extension ConversationState {
    /// Whom it concerns and of whom the same wasn't told in the other way a moment ago.
    mutating func news(of change: MembershipChange, at: Timestamp) -> [Person] {
        let isStatus = change.status != nil
        func isRecent(_ coming: Coming) -> Bool {
            let (span, isFar) = at.milliseconds.subtractingReportingOverflow(coming.at.milliseconds)
            return !isFar && span.magnitude <= Self.comingsLast
        }
        let news = change.members.filter { person in
            !comings.contains {
                $0.member == person.id && $0.change == change.change && $0.isStatus != isStatus && isRecent($0)
            }
        }
        comings.removeAll { !isRecent($0) }
        comings += news.map { Coming(member: $0.id, change: change.change, isStatus: isStatus, at: at) }
        comings.removeFirst(max(0, comings.count - Self.maximumComings))
        return news
    }

    /// Milliseconds in which both ways of telling something come in.
    private static var comingsLast: UInt64 { 60_000 }
    private static var maximumComings: Int { 20 }
}
