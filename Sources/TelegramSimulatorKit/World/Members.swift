import JSON

/// What a member's status alone doesn't say.
package struct MemberDetails: Sendable, Hashable {
    /// Of administrators; nil for all.
    package var rights: Set<AdministratorRight>?
    package var customTitle: String?
    /// Beside the name, of members and restricted ones.
    package var tag: String?
    package var isAnonymous = false
    /// Of restricted members.
    package var permissions: Set<ChatPermission> = []
    /// When a restriction or a ban ends, in seconds since 1970; 0 for never.
    package var untilDate: Int64 = 0
}

/// What administrators may do, by the names of `ChatAdministratorRights`.
package enum AdministratorRight: String, CaseIterable, Sendable, Hashable {
    case manageChat = "can_manage_chat"
    case deleteMessages = "can_delete_messages"
    case manageVideoChats = "can_manage_video_chats"
    case restrictMembers = "can_restrict_members"
    case promoteMembers = "can_promote_members"
    case changeInfo = "can_change_info"
    case inviteUsers = "can_invite_users"
    case postStories = "can_post_stories"
    case editStories = "can_edit_stories"
    case deleteStories = "can_delete_stories"
    case postMessages = "can_post_messages"
    case editMessages = "can_edit_messages"
    case pinMessages = "can_pin_messages"
    case manageTopics = "can_manage_topics"
    case manageDirectMessages = "can_manage_direct_messages"
    case manageTags = "can_manage_tags"
    case sendWelcomeMessages = "can_send_welcome_messages"

    /// Whether it exists in such a chat.
    func applies(to kind: Chat.Kind) -> Bool {
        switch self {
        case .postMessages, .editMessages, .manageDirectMessages: kind == .channel
        case .pinMessages, .manageTopics, .manageTags: kind != .channel
        default: true
        }
    }
}

/// What members may do, by the names of `ChatPermissions`.
package enum ChatPermission: String, CaseIterable, Sendable, Hashable {
    case sendMessages = "can_send_messages"
    case sendAudios = "can_send_audios"
    case sendDocuments = "can_send_documents"
    case sendPhotos = "can_send_photos"
    case sendVideos = "can_send_videos"
    case sendVideoNotes = "can_send_video_notes"
    case sendVoiceNotes = "can_send_voice_notes"
    case sendPolls = "can_send_polls"
    case sendOtherMessages = "can_send_other_messages"
    case addWebPagePreviews = "can_add_web_page_previews"
    case reactToMessages = "can_react_to_messages"
    case editTag = "can_edit_tag"
    case changeInfo = "can_change_info"
    case inviteUsers = "can_invite_users"
    case pinMessages = "can_pin_messages"
    case manageTopics = "can_manage_topics"

    /// What members of a new group may do.
    static let usual = Set(allCases).subtracting([.changeInfo, .pinMessages, .manageTopics])

    /// The permissions that an object sets to true.
    static func all(in json: JSON) -> Set<ChatPermission> { Set(allCases.filter { json[$0.rawValue]?.bool == true }) }
}

/// A way into a group or channel.
package struct InviteLink: Sendable, Hashable {
    package let link: String
    package let creator: Actor
    package let isPrimary: Bool
    package var name: String?
    package var expireDate: Int64?
    package var memberLimit: Int64?
    package var createsJoinRequest = false
    package var isRevoked = false
    /// Who came in by it.
    package var followers: Set<PersonID> = []
    /// Of links that one pays for: seconds and stars of one period.
    package var subscription: Subscription?

    package struct Subscription: Sendable, Hashable {
        package var period: Int64
        package var price: Int64
    }
}

/// A person waits to be let in.
package struct JoinRequest: Sendable, Hashable {
    /// Seconds since 1970.
    package var askedAt: Double
    /// The link that was used.
    package var link: String?
}
