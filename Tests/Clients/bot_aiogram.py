"""A bot as people write them with aiogram 3: `bot_aiogram.py <API root> <token> polling|webhook <port>`."""

import asyncio
import io
import sys

from aiogram import Bot, Dispatcher, F
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError, TelegramRetryAfter
from aiogram.filters import Command, CommandStart
from aiogram.types import (
    BotCommand, BufferedInputFile, CallbackQuery, ChatJoinRequest, ChosenInlineResult, InlineKeyboardButton, InlineKeyboardMarkup,
    InlineQuery, InlineQueryResultArticle, InputMediaPhoto, InputTextMessageContent, KeyboardButton, Message,
    MessageReactionUpdated, PollAnswer, ReactionTypeEmoji, ReplyKeyboardMarkup, ReplyKeyboardRemove,
)
from aiogram.webhook.aiohttp_server import SimpleRequestHandler
from aiohttp import web

dp = Dispatcher()
inline = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="More", callback_data="more")]])
names: dict[str, int] = {}


@dp.message(CommandStart())
async def start(message: Message):
    await message.answer(f"Hello, <b>{message.from_user.first_name}</b>", reply_markup=inline, parse_mode="HTML")


@dp.callback_query(F.data == "more")
async def more(query: CallbackQuery, bot: Bot):
    await query.answer("Here")
    if query.inline_message_id:
        await bot.edit_message_text("Inline, edited", inline_message_id=query.inline_message_id)
    else:
        await query.message.edit_text("Edited")


@dp.message(Command("menu"))
async def menu(message: Message):
    keyboard = ReplyKeyboardMarkup(keyboard=[[KeyboardButton(text="Close")]], resize_keyboard=True)
    await message.answer("Menu", reply_markup=keyboard)


@dp.message(F.text == "Close")
async def close(message: Message):
    await message.reply("Closed", reply_markup=ReplyKeyboardRemove())


@dp.message(F.photo)
async def photo(message: Message, bot: Bot):
    data = io.BytesIO()
    await bot.download(message.photo[-1], destination=data)
    content = data.getvalue()
    sent = await message.answer_photo(BufferedInputFile(content, "back.png"), caption=f"{len(content)} bytes")
    files = [InputMediaPhoto(media=BufferedInputFile(content, "one.png"), caption="One"), InputMediaPhoto(media=sent.photo[-1].file_id)]
    await message.answer_media_group(files)


@dp.message(Command("poll"))
async def poll(message: Message):
    sent = await message.answer_poll("Two and two?", ["3", "4"], is_anonymous=False, type="quiz", correct_option_ids=[1])
    names[sent.poll.id] = message.chat.id


@dp.poll_answer()
async def voted(answer: PollAnswer, bot: Bot):
    await bot.send_message(names[answer.poll_id], f"Voted {answer.option_ids}")


@dp.inline_query()
async def query(query: InlineQuery):
    content = InputTextMessageContent(message_text=f"Found {query.query}")
    await query.answer(
        [InlineQueryResultArticle(id="1", title=query.query, input_message_content=content, reply_markup=inline)], cache_time=1)


@dp.chosen_inline_result()
async def chosen(result: ChosenInlineResult, bot: Bot):
    await bot.send_message(result.from_user.id, f"Chose {result.result_id}")


@dp.message_reaction()
async def reacted(change: MessageReactionUpdated, bot: Bot):
    await bot.set_message_reaction(change.chat.id, change.message_id, [ReactionTypeEmoji(emoji="👍")])
    await bot.send_message(change.chat.id, f"Saw {change.new_reaction[0].emoji}")


@dp.chat_join_request()
async def asked(request: ChatJoinRequest, bot: Bot):
    await request.approve()
    count = await bot.get_chat_member_count(request.chat.id)
    member = await bot.get_chat_member(request.chat.id, request.from_user.id)
    await bot.send_message(request.chat.id, f"Now {count}, {member.status}")


@dp.channel_post()
async def post(message: Message):
    await message.edit_text("Not mine") if message.from_user else await message.answer(f"Seen in {message.chat.title}")


@dp.message(Command("errors"))
async def errors(message: Message, bot: Bot):
    found = []
    for attempt in (
        bot.send_message(987654321, "nobody"), message.answer("<b>open", parse_mode="HTML"),
        message.answer("x" * 5000), bot.get_file("no-such-file"), bot.edit_message_text("x", chat_id=message.chat.id, message_id=99999),
    ):
        try:
            await attempt
        except (TelegramBadRequest, TelegramForbiddenError) as error:
            found.append(error.message.removeprefix("Bad Request: "))
    await message.answer("\n".join(found))


@dp.message(Command("flood"))
async def flood(message: Message):
    try:
        for number in range(20):
            await message.answer(str(number))
    except TelegramRetryAfter as error:
        await asyncio.sleep(error.retry_after)
        await message.answer(f"Waited {error.retry_after}")


@dp.message(Command("tour"))
async def tour(message: Message, bot: Bot):
    me = await bot.get_me()
    await bot.set_my_commands([BotCommand(command="start", description="Starts")])
    commands = await bot.get_my_commands()
    dice = await message.answer_dice(emoji="🎲")
    await message.answer_venue(50.1, 14.4, "Bridge", "River 1")
    contact = await message.answer_contact("+420123", "Ann")
    live = await message.answer_location(50, 14, live_period=600)
    await bot.edit_message_live_location(chat_id=message.chat.id, message_id=live.message_id, latitude=50.5, longitude=14)
    await bot.stop_message_live_location(chat_id=message.chat.id, message_id=live.message_id)
    copy = await bot.copy_message(message.chat.id, message.chat.id, contact.message_id)
    forwarded = await message.forward(message.chat.id)
    await bot.pin_chat_message(message.chat.id, dice.message_id)
    chat = await bot.get_chat(message.chat.id)
    await bot.unpin_all_chat_messages(message.chat.id)
    await bot.delete_messages(message.chat.id, [copy.message_id, forwarded.message_id])
    voice = await message.answer_voice(BufferedInputFile(b"OggS" + bytes(20), "v.ogg"), duration=1)
    await message.answer_document(BufferedInputFile("čau".encode(), "č.txt"), caption="*Doc*", parse_mode="MarkdownV2")
    await bot.send_chat_action(message.chat.id, "typing")
    await message.answer(
        f"{me.username} {commands[0].command} {1 <= dice.dice.value <= 6} {chat.pinned_message.message_id == dice.message_id} "
        f"{voice.voice.duration}")


async def main(root: str, token: str, mode: str, port: int):
    bot = Bot(token, AiohttpSession(api=TelegramAPIServer.from_base(root)))
    kinds = dp.resolve_used_update_types()
    if mode == "polling":
        await bot.delete_webhook(drop_pending_updates=True)
        print("ready", flush=True)
        await dp.start_polling(bot, allowed_updates=kinds, polling_timeout=5)
        return
    app = web.Application()
    SimpleRequestHandler(dp, bot, secret_token="s3cret").register(app, path="/hook")
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    await bot.set_webhook(f"http://127.0.0.1:{port}/hook", secret_token="s3cret", allowed_updates=kinds, drop_pending_updates=True)
    print("ready", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])))
