import BotLanguage

/// What the engine says where the definition says nothing.
struct Phrases: Sendable {
    let isRussian: Bool

    /// - Parameter language: the tag of the person's app; everything but Russian is answered in English.
    init(language: String?) { isRussian = language?.lowercased().hasPrefix("ru") ?? false }

    func say(_ english: String, _ russian: String) -> String { isRussian ? russian : english }

    var failed: String {
        say("Something went wrong here. Please try again in a moment.", "Что-то пошло не так. Попробуйте ещё раз чуть позже.")
    }
    var expired: String { say("That button is no longer current. Here is where we are:", "Эта кнопка уже неактуальна. Вот где мы сейчас:") }
    var notYours: String { say("These buttons belong to somebody else.", "Эти кнопки предназначены не вам.") }
    var gone: String { say("That isn't there any more.", "Этого больше нет.") }
    var unavailable: String { say("That isn't possible any more.", "Это уже невозможно.") }
    var notAllowed: String { say("That isn't for you.", "Это не для вас.") }
    var conflict: String {
        say("That isn't possible: it is there already, or something else needs it.", "Так нельзя: это уже есть или используется.")
    }
    var notUnderstood: String { say("Sorry, I didn't understand that.", "Извините, не понимаю.") }
    var cancelled: String { say("Cancelled.", "Отменено.") }
    var needsText: String { say("Please answer with a text.", "Пожалуйста, ответьте текстом.") }
    var chooseButton: String { say("Please choose one of the buttons.", "Пожалуйста, выберите одну из кнопок.") }
    var empty: String { say("Nothing here yet.", "Здесь пока пусто.") }
    var operationFailed: String {
        say("That didn't work out. Please try again in a moment.", "Не получилось. Попробуйте ещё раз чуть позже.")
    }
    var replyLost: String {
        say(
            "What you were waiting for has come, but things have changed here meanwhile. Please ask again.",
            "То, чего вы ждали, готово, но здесь тем временем всё изменилось. Пожалуйста, попросите ещё раз.")
    }
    var yes: String { say("Yes", "Да") }
    var no: String { say("No", "Нет") }

    func unknownCommand(_ name: String) -> String { say("I don't know /\(name).", "Я не знаю команды /\(name).") }
    func usage(_ text: String) -> String { say("Write it like this: \(text)", "Напишите так: \(text)") }

    /// What an answer of this type looks like.
    func wanted(_ type: FieldType, _ bounds: Bounds) -> String {
        switch type {
        case .int: say("Please send a whole number\(range(bounds, type)).", "Пожалуйста, отправьте целое число\(range(bounds, type)).")
        case .number: say("Please send a number\(range(bounds, type)).", "Пожалуйста, отправьте число\(range(bounds, type)).")
        case .money:
            say(
                "Please send an amount such as 12.50\(range(bounds, type)).",
                "Пожалуйста, отправьте сумму, например 12.50\(range(bounds, type)).")
        case .date:
            say(
                "Please send a date such as 2026-01-31\(range(bounds, type)).",
                "Пожалуйста, отправьте дату, например 2026-01-31\(range(bounds, type)).")
        case .time:
            say(
                "Please send a time such as 09:30\(range(bounds, type)).",
                "Пожалуйста, отправьте время, например 09:30\(range(bounds, type)).")
        case .timestamp:
            say(
                "Please send a date and time such as 2026-01-31 09:30\(range(bounds, type)).",
                "Пожалуйста, отправьте дату и время, например 2026-01-31 09:30\(range(bounds, type)).")
        case .duration:
            say(
                "Please send a duration such as 1h30m\(range(bounds, type)).",
                "Пожалуйста, отправьте длительность, например 1h30m\(range(bounds, type)).")
        case .bool: say("Please answer yes or no.", "Пожалуйста, ответьте да или нет.")
        case .string: text(bounds)
        case .enumeration, .reference, .list: chooseButton
        case .record(let record): needs(record)
        }
    }

    private func needs(_ record: RecordType) -> String {
        switch record.messagePart {
        case "photo": say("Please send a photo.", "Пожалуйста, отправьте фото.")
        case "audio": say("Please send an audio file.", "Пожалуйста, отправьте аудио.")
        case "document": say("Please send a file.", "Пожалуйста, отправьте файл.")
        case "video": say("Please send a video.", "Пожалуйста, отправьте видео.")
        case "animation": say("Please send an animation.", "Пожалуйста, отправьте анимацию.")
        case "voice": say("Please send a voice message.", "Пожалуйста, отправьте голосовое сообщение.")
        case "video_note": say("Please send a video message.", "Пожалуйста, отправьте видеосообщение.")
        case "sticker": say("Please send a sticker.", "Пожалуйста, отправьте стикер.")
        case "location": say("Please send a location.", "Пожалуйста, отправьте местоположение.")
        case "contact": say("Please send a contact.", "Пожалуйста, отправьте контакт.")
        case "dice": say("Please send a dice.", "Пожалуйста, бросьте кубик.")
        default: say("Please send a message.", "Пожалуйста, отправьте сообщение.")
        }
    }

    private func text(_ bounds: Bounds) -> String {
        guard let maximum = bounds.maximum else { return needsText }
        return say(
            "Please send a text of at most \(Int(maximum)) characters.", "Пожалуйста, отправьте текст не длиннее \(Int(maximum)) символов.")
    }

    func range(_ bounds: Bounds, _ type: FieldType) -> String {
        func number(_ value: Double) -> String { Bounds.text(value, type) }
        if type.liesInTime {
            switch (bounds.minimum, bounds.maximum) {
            case (let low?, nil): return say(", not before \(number(low))", ", не раньше \(number(low))")
            case (nil, let high?): return say(", not after \(number(high))", ", не позже \(number(high))")
            case (let low?, let high?): return say(", from \(number(low)) to \(number(high))", ", от \(number(low)) до \(number(high))")
            case (nil, nil): return ""
            }
        }
        switch (bounds.minimum, bounds.maximum) {
        case (let low?, let high?): return say(" from \(number(low)) to \(number(high))", " от \(number(low)) до \(number(high))")
        case (let low?, nil): return say(" of at least \(number(low))", " не меньше \(number(low))")
        case (nil, let high?): return say(" of at most \(number(high))", " не больше \(number(high))")
        case (nil, nil): return ""
        }
    }
}
