"""The same bot with python-telegram-bot 22: `bot_ptb.py <API root> <token> polling|webhook <port>`."""

import asyncio
import sys

from telegram import (
    BotCommand, InlineKeyboardButton, InlineKeyboardMarkup, InlineQueryResultArticle, InputMediaPhoto, InputTextMessageContent,
    KeyboardButton, ReplyKeyboardMarkup, ReplyKeyboardRemove, Update,
)
from telegram.error import BadRequest, Forbidden, RetryAfter
from telegram.ext import (
    Application, CallbackQueryHandler, ChatJoinRequestHandler, ChosenInlineResultHandler, CommandHandler, InlineQueryHandler,
    MessageHandler, MessageReactionHandler, PollAnswerHandler, filters,
)

inline = InlineKeyboardMarkup([[InlineKeyboardButton("More", callback_data="more")]])
names: dict[str, int] = {}


async def start(update, context):
    await update.message.reply_html(f"Hello, <b>{update.effective_user.first_name}</b>", reply_markup=inline)


async def more(update, context):
    query = update.callback_query
    await query.answer("Here")
    await query.edit_message_text("Inline, edited" if query.inline_message_id else "Edited")


async def menu(update, context):
    await update.message.reply_text("Menu", reply_markup=ReplyKeyboardMarkup([[KeyboardButton("Close")]], resize_keyboard=True))


async def close(update, context):
    await update.message.reply_text("Closed", reply_markup=ReplyKeyboardRemove())


async def photo(update, context):
    file = await update.message.photo[-1].get_file()
    content = bytes(await file.download_as_bytearray())
    sent = await update.message.reply_photo(content, caption=f"{len(content)} bytes", filename="back.png")
    await update.message.reply_media_group([InputMediaPhoto(content, caption="One"), InputMediaPhoto(sent.photo[-1].file_id)])


async def poll(update, context):
    sent = await update.message.reply_poll("Two and two?", ["3", "4"], is_anonymous=False, type="quiz", correct_option_id=1)
    names[sent.poll.id] = update.effective_chat.id


async def voted(update, context):
    await context.bot.send_message(names[update.poll_answer.poll_id], f"Voted {list(update.poll_answer.option_ids)}")


async def query(update, context):
    text = update.inline_query.query
    result = InlineQueryResultArticle("1", text, InputTextMessageContent(f"Found {text}"), reply_markup=inline)
    await update.inline_query.answer([result], cache_time=1)


async def chosen(update, context):
    result = update.chosen_inline_result
    await context.bot.send_message(result.from_user.id, f"Chose {result.result_id}")


async def reacted(update, context):
    change = update.message_reaction
    await context.bot.set_message_reaction(change.chat.id, change.message_id, "👍")
    await context.bot.send_message(change.chat.id, f"Saw {change.new_reaction[0].emoji}")


async def asked(update, context):
    request = update.chat_join_request
    await request.approve()
    count = await request.chat.get_member_count()
    member = await request.chat.get_member(request.from_user.id)
    await request.chat.send_message(f"Now {count}, {member.status}")


async def post(update, context):
    await update.channel_post.chat.send_message(f"Seen in {update.channel_post.chat.title}")


async def errors(update, context):
    found = []
    message, bot = update.message, context.bot
    for attempt in (
        bot.send_message(987654321, "nobody"), message.reply_html("<b>open"), message.reply_text("x" * 5000),
        bot.get_file("no-such-file"), bot.edit_message_text("x", chat_id=message.chat.id, message_id=99999),
    ):
        try:
            await attempt
        except (BadRequest, Forbidden) as error:
            found.append(error.message[:1].lower() + error.message[1:])
    await message.reply_text("\n".join(found))


async def flood(update, context):
    try:
        for number in range(20):
            await update.message.reply_text(str(number))
    except RetryAfter as error:
        seconds = error.retry_after
        seconds = int(seconds.total_seconds()) if hasattr(seconds, "total_seconds") else int(seconds)
        await asyncio.sleep(seconds)
        await update.message.reply_text(f"Waited {seconds}")


async def tour(update, context):
    message, bot = update.message, context.bot
    me = await bot.get_me()
    await bot.set_my_commands([BotCommand("start", "Starts")])
    commands = await bot.get_my_commands()
    dice = await message.reply_dice(emoji="🎲")
    await message.reply_venue(50.1, 14.4, "Bridge", "River 1")
    contact = await message.reply_contact("+420123", "Ann")
    live = await message.reply_location(50, 14, live_period=600)
    await live.edit_live_location(50.5, 14)
    await live.stop_live_location()
    copy = await bot.copy_message(message.chat.id, message.chat.id, contact.message_id)
    forwarded = await message.forward(message.chat.id)
    await dice.pin()
    chat = await bot.get_chat(message.chat.id)
    await bot.unpin_all_chat_messages(message.chat.id)
    await bot.delete_messages(message.chat.id, [copy.message_id, forwarded.message_id])
    voice = await message.reply_voice(b"OggS" + bytes(20), duration=1)
    await message.reply_document("čau".encode(), filename="č.txt", caption="*Doc*", parse_mode="MarkdownV2")
    await message.reply_chat_action("typing")
    duration = voice.voice.duration
    duration = int(duration.total_seconds()) if hasattr(duration, "total_seconds") else duration
    await message.reply_text(
        f"{me.username} {commands[0].command} {1 <= dice.dice.value <= 6} {chat.pinned_message.message_id == dice.message_id} {duration}")


async def ready(app):
    print("ready", flush=True)


def main(root: str, token: str, mode: str, port: int):
    app = Application.builder().token(token).base_url(f"{root}/bot").base_file_url(f"{root}/file/bot").post_init(ready).build()
    for name, function in (
        ("start", start), ("menu", menu), ("poll", poll), ("errors", errors), ("flood", flood), ("tour", tour),
    ):
        app.add_handler(CommandHandler(name, function))
    app.add_handler(CallbackQueryHandler(more, "more"))
    app.add_handler(MessageHandler(filters.ChatType.CHANNEL, post))
    app.add_handler(MessageHandler(filters.Regex("^Close$"), close))
    app.add_handler(MessageHandler(filters.PHOTO, photo))
    app.add_handler(PollAnswerHandler(voted))
    app.add_handler(InlineQueryHandler(query))
    app.add_handler(ChosenInlineResultHandler(chosen))
    app.add_handler(MessageReactionHandler(reacted))
    app.add_handler(ChatJoinRequestHandler(asked))
    if mode == "polling":
        app.run_polling(timeout=5, allowed_updates=Update.ALL_TYPES, drop_pending_updates=True)
    else:
        app.run_webhook(
            "127.0.0.1", port, "hook", secret_token="s3cret", webhook_url=f"http://127.0.0.1:{port}/hook",
            allowed_updates=Update.ALL_TYPES, drop_pending_updates=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]))
