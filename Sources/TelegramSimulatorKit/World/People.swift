package struct Person: Sendable, Hashable {
    package let id: PersonID
    package var firstName: String
    package var lastName: String?
    package var username: String?
    package var languageCode: String
    package var isDeactivated = false
    /// The newest first.
    package var photos: [FileID] = []
}

/// A standing in a group or channel.
package enum MemberStatus: String, Sendable, Hashable {
    case creator, administrator, member, restricted, left, kicked

    package var isPresent: Bool { self != .left && self != .kicked }
}
