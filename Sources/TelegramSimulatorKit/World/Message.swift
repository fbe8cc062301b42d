package struct Message: Sendable {
    package let id: MessageID
    package let date: Int64
    package let sender: Actor
    package var content: Content
    package var keyboard: InlineKeyboard?
    package var replyTo: MessageID?
    /// The topic of a forum; nil in the general one.
    package var threadID: MessageID?
    /// The chat in whose name it was written: a channel, or the group itself.
    package var senderChat: ChatID?
    package var origin: ForwardOrigin?
    package var albumID: String?
    package var isProtected = false
    /// The bot through whose inline mode or web app the message came.
    package var viaBot: BotID?
    /// The name by which that bot knows the message.
    package var inlineID: String?
    package var reactions: [Actor: [Reaction]] = [:]
    package var editDate: Int64?
    /// Edits of text, media or keyboard since it was sent.
    package var edits = 0
}

/// Where a forwarded message came from.
package struct ForwardOrigin: Sendable, Hashable {
    package var sender: Actor
    package var date: Int64
    /// The channel and the post, of posts.
    package var post: Post?

    package struct Post: Sendable, Hashable {
        package var channel: ChatID
        package var message: MessageID
    }
}

package enum Reaction: Sendable, Hashable {
    case emoji(String)
    case customEmoji(String)
    case paid
}

package enum Content: Sendable, Hashable {
    case text(FormattedText)
    case media(Media)
    case location(Location)
    case venue(Venue)
    case contact(Contact)
    case poll(PollID)
    case dice(emoji: String, value: Int)
    case webAppData(data: String, button: String)
    /// The caption is the film's.
    indirect case livePhoto(film: Media, photo: FileID)
    indirect case game(Game)
    indirect case invoice(Invoice)
    indirect case paidMedia(PaidMedia)
    indirect case service(Service)

    package enum Service: Sendable, Hashable {
        case joined([Actor])
        case left(Actor)
        case created(title: String)
        case pinned(MessageID)
        case renamed(String)
        /// The ids of charges.
        case paid(charge: String)
        case refunded(charge: String)
        case photoChanged(FileID)
        case photoDeleted
        case topicCreated(Topic)
        /// What changed; an empty emoji for none.
        case topicEdited(name: String?, emoji: String?)
        case topicClosed
        case topicReopened
        case generalTopicHidden
        case generalTopicUnhidden
    }
}

package struct Location: Sendable, Hashable {
    package var latitude: Double
    package var longitude: Double
    package var accuracy: Double?
    /// Seconds for which it is updated; nil when it isn't live.
    package var livePeriod: Int64?
    package var heading: Int64?
    package var proximityAlertRadius: Int64?

    /// The ``livePeriod`` that never ends.
    static let forever: Int64 = 0x7FFF_FFFF
}

package struct Venue: Sendable, Hashable {
    package var location: Location
    package var title: String
    package var address: String
    package var foursquareID: String?
    package var googlePlaceID: String?
}

package struct Contact: Sendable, Hashable {
    package var phoneNumber: String
    package var firstName: String
    package var lastName: String?
    package var userID: Int64?
    package var vcard: String?
}

/// A message with a file.
package struct Media: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        case photo, audio, document, video, animation, voice, sticker
        case videoNote = "video_note"
    }

    package var kind: Kind
    package var file: FileID
    package var caption = FormattedText("")
    package var duration: Int64?
    package var width: Int64?
    package var height: Int64?
    package var performer: String?
    package var title: String?
    package var emoji: String?
    package var hasSpoiler = false
    package var showsCaptionAbove = false
}
