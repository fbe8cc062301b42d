"""Runs a real bot against the simulator and talks to it: `drive.py <simulator> <bot.py> polling|webhook`.

Written with the standard library only; it runs in the environment that the bots need.
"""

import json
import os
import select
import socket
import struct
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
import zlib

TOKEN = "4242:secret"


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Control:
    def __init__(self, root):
        self.root = root

    def call(self, method, path, body=None, raw=None):
        data = raw if raw is not None else json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(f"{self.root}/control/v1/{path}", data, {"Content-Type": "image/png" if raw else "application/json"})
        request.method = method
        try:
            with urllib.request.urlopen(request, timeout=40) as response:
                return json.load(response)
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{method} {path}: {error.code} {error.read().decode()}") from None

    def post(self, path, **body):
        return self.call("POST", path, body)

    def get(self, path, **query):
        return self.call("GET", f"{path}?{urllib.parse.urlencode(query)}")


class Conversation:
    def __init__(self, control, **names):
        self.control, self.names, self.seen = control, names, []
        self.cursor = control.get("transcript", **names)["cursor"]

    def say(self, **content):
        return self.control.post("messages", **self.names, **content)["message"]

    def until(self, found):
        """Waits until a change is as wanted and returns it; what came before is forgotten."""
        end = time.monotonic() + 60
        passed = []
        while True:
            while self.seen:
                change = self.seen.pop(0)
                if found(change):
                    return change
                passed.append(change)
            left = end - time.monotonic()
            assert left > 0, f"not seen; instead: {json.dumps(passed, ensure_ascii=False)[:2000]}"
            answer = self.control.get("wait", **self.names, since=self.cursor, changes=1, timeout=min(left, 5))
            self.cursor = answer["cursor"]
            self.seen += answer["changes"]

    def text(self, wanted, kind="message"):
        return self.until(lambda c: c["type"] == kind and c.get("message", {}).get("text") == wanted)["message"]

    def message(self, member):
        return self.until(lambda c: c["type"] == "message" and is_bots(c) and member in c["message"])["message"]


def is_bots(change):
    message = change.get("message", {})
    return message.get("from", {}).get("is_bot", "sender_chat" in message)


def png(width, height):
    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
    rows = b"".join(b"\0" + b"\x40\x80\xc0" * width for _ in range(height))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def talk(control):
    control.post("people", name="Ann")
    control.post("limits", on=False)
    names = {"bot": "demo", "person": "ann"}
    chat = Conversation(control, **names)
    # Commands, inline keyboard, edits
    chat.say(text="/start")
    hello = chat.text("Hello, Ann")
    assert hello["entities"] == [{"type": "bold", "offset": 7, "length": 3}], hello
    control.post("presses", **names, label="More")
    answer = chat.until(lambda c: c["type"] in ("callback_answer", "edited"))
    if answer["type"] == "callback_answer":
        assert answer["text"] == "Here"
        chat.text("Edited", "edited")
    # Reply keyboard
    chat.say(text="/menu")
    chat.text("Menu")
    assert control.get("transcript", **names)["chat"]["reply_keyboard"]["keyboard"] == [[{"text": "Close"}]]
    said = chat.say(text="Close")
    assert chat.text("Closed").get("reply_to_message", {}).get("message_id", said["message_id"]) == said["message_id"]
    assert not control.get("transcript", **names)["chat"].get("reply_keyboard")
    # Photo and album, down and up
    picture = png(30, 20)
    query = urllib.parse.urlencode({**names, "kind": "photo", "name": "p.png"})
    control.call("POST", f"files?{query}", raw=picture)
    back = chat.message("photo")
    assert back["caption"] == f"{len(picture)} bytes" and back["photo"][-1]["width"] == 30, back
    one, two = chat.message("photo"), chat.message("photo")
    assert one["media_group_id"] == two["media_group_id"] and one["caption"] == "One"
    # Quiz
    chat.say(text="/poll")
    poll = chat.message("poll")
    control.post("votes", **names, message_id=poll["message_id"], options=[1])
    chat.text("Voted [1]")
    # Inline mode
    asked = control.post("inline_queries", **names, query="cats")["inline_query_id"]
    results = control.get(f"inline_queries/{asked}", timeout=15)["results"]
    assert [r["id"] for r in results] == ["1"], results
    message = control.post(f"inline_queries/{asked}/choose", result="1")["message"]
    assert message["text"] == "Found cats" and message["via_bot"]["username"] == "demo_bot"
    chat.text("Chose 1")
    control.post("presses", **names, message_id=message["message_id"], row=0, column=0)
    chat.text("Inline, edited", "edited")
    # Reactions
    control.post("reactions", **names, message_id=poll["message_id"], emoji="🔥")
    chat.text("Saw 🔥")
    shown = control.get("transcript", **names)["messages"]
    reactions = next(m["reactions"] for m in shown if m["message"]["message_id"] == poll["message_id"])
    assert sorted(r["type"]["emoji"] for r in reactions) == ["👍", "🔥"], reactions
    # Errors and floods
    chat.say(text="/errors")
    errors = chat.message("text")["text"].split("\n")
    starts = ["chat not found", "can't parse entities", "message is too long", "invalid file_id", "message to edit not found"]
    assert len(errors) == 5 and all(e.startswith(s) for e, s in zip(errors, starts)), errors
    control.post("limits", on=True)
    chat.say(text="/flood")
    chat.until(lambda c: is_bots(c) and c["message"].get("text", "").startswith("Waited "))
    control.post("limits", on=False)
    # All the rest
    chat.say(text="/tour")
    chat.until(lambda c: c.get("message", {}).get("dice"))
    chat.text("demo_bot start True True 1")
    # Groups and channels
    control.post("people", name="Bob")
    group = control.post("groups", title="Gang", creator="ann", username="gang")["id"]
    control.post(f"groups/{group}/join", bot="demo", by="ann", status="administrator")
    gang = Conversation(control, chat=group, person="ann")
    control.post(f"groups/{group}/request", person="bob", bio="Please")
    gang.text("Now 3, member")
    channel = control.post("groups", title="News", creator="ann", type="channel", bots=["demo"])["id"]
    news = Conversation(control, chat=channel, person="ann")
    news.say(text="First")
    news.text("Seen in News")


def wait_for_line(process, wanted, seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if select.select([process.stdout], [], [], 0.5)[0]:
            line = process.stdout.readline()
            assert line, "the bot ended before it was ready"
            if line.strip() == wanted:
                return
    raise AssertionError(f"the bot was not {wanted} in {seconds} s")


def main(simulator, bot, mode):
    port = free_port()
    root = f"http://127.0.0.1:{port}"
    environment = {**os.environ, "SWITCHBOARD_SIMULATOR_BOTS": f"demo:{TOKEN}", "SWITCHBOARD_SIMULATOR_PORT": str(port)}
    processes = [subprocess.Popen([simulator], env=environment, stdout=subprocess.DEVNULL)]
    try:
        control = Control(root)
        end = time.monotonic() + 20
        while True:
            try:
                control.get("state")
                break
            except OSError:
                assert time.monotonic() < end, "the simulator doesn't answer"
                time.sleep(0.05)
        client = subprocess.Popen([sys.executable, bot, root, TOKEN, mode, str(free_port())], stdout=subprocess.PIPE, text=True)
        processes.append(client)
        wait_for_line(client, "ready", 120)
        # "ready" comes just before the first request; the clients throw away what they find then.
        end = time.monotonic() + 60
        wanted = "setWebhook" if mode == "webhook" else "getUpdates"
        while wanted not in control.get("stats")["methods"]:
            if mode == "polling" and control.get("state")["bots"][0].get("is_polling"):
                break
            assert time.monotonic() < end, "the bot doesn't ask for updates"
            time.sleep(0.05)
        talk(control)
        methods = control.get("stats")["methods"]
        assert "unknown" not in methods, methods["unknown"]
    finally:
        # The bot first: it says good-bye to the simulator.
        for process in reversed(processes):
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
    print(f"{os.path.basename(bot)} by {mode}: all seen")


if __name__ == "__main__":
    main(*sys.argv[1:4])
