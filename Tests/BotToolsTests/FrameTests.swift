import BotLanguage
import BotTools
import Contracts
import JSON
import Testing

@Suite struct FrameTests {
    private static func read(_ text: String) throws -> FrameImport { try FrameImport(try JSON(parsing: Array(text.utf8))) }

    @Test func everyKindBecomesAScreen() throws {
        let imported = try Self.read(
            #"""
            {"bot": {"name": "My Shop"}, "frames": [
              {"name": "start", "type": "text", "text": "Price: ${5} *now*", "markup": [{"text": "Next", "nextFrameName": "a photo"}]},
              {"name": "a photo", "type": "photo", "photo": {"source": "https://example.org/a.jpg", "caption": "*bold* <x>"}, "parseMode": "Markdown",
               "markup": [[{"text": "A", "nextFrameName": "start"}, {"text": "B", "url": "https://example.org"}]]},
              {"name": "фото", "photo": {"source": "b.jpg"}},
              {"name": "song", "audio": {"source": "https://example.org/a.mp3", "caption": "La"}, "parseMode": "HTML"},
              {"name": "file", "type": "document", "document": {"source": "https://example.org/a.pdf"}},
              {"name": "film", "type": "video", "video": {"source": "https://example.org/a.mp4"}},
              {"name": "gif", "type": "animation", "animation": {"source": "https://example.org/a.gif"}},
              {"name": "voice", "type": "voice", "voice": {"source": "https://example.org/a.ogg"}}
            ]}
            """#)
        let definition = try Definition(yaml: imported.yaml)
        #expect(definition.bot == "my_shop")
        #expect(definition.screens.keys.sorted() == ["a_photo", "file", "film", "frame", "gif", "song", "start", "voice"])
        #expect(definition.screens["start"]?.content.text?.cases.first?.text.constant == "Price: ${5} *now*")
        #expect(definition.screens["a_photo"]?.content.text?.cases.first?.text.constant == "<b>bold</b> &lt;x&gt;")
        #expect(definition.screens["a_photo"]?.content.parseMode == .html)
        #expect(definition.screens["a_photo"]?.rows.map(\.buttons.count) == [2])
        #expect(imported.remarks == ["the frame 'a photo' is the screen 'a_photo'", "the frame 'фото' is the screen 'frame'"])
    }

    @Test(arguments: [
        (#"[]"#, "the file holds no JSON object"),
        (#"{"bot": {}}"#, "there is no list 'frames'"),
        (#"{"frames": []}"#, "'frames' is empty"),
        (#"{"frames": [{"type": "text"}]}"#, "frames[0] has no 'name'"),
        (#"{"frames": [{"name": "a", "type": "hologram"}]}"#, "frames[0]: there is no kind of frame 'hologram'"),
        (#"{"frames": [{"name": "a", "text": "A", "nextFrameName": "b"}]}"#, "frames[0]: there is no frame 'b'"),
        (#"{"frames": [{"name": "a", "text": "A"}, {"name": "a", "text": "B"}]}"#, "frames[1]: there are two frames 'a'"),
        (#"{"frames": [{"name": "a", "type": "photo"}]}"#, "frames[0]: the file has no 'source'"),
        (
            #"{"frames": [{"name": "a", "type": "venue", "venue": {"latitude": 1, "longitude": 2, "title": "T"}}]}"#,
            "frames[0]: 'address' is missing"
        ),
        (#"{"frames": [{"name": "a", "text": "A", "parseMode": "bold"}]}"#, "frames[0]: there is no parse mode 'bold'"),
        (#"{"frames": [{"name": "a", "text": "A", "markup": [{"nextFrameName": "a"}]}]}"#, "frames[0]: a button has no 'text'"),
    ])
    func refuses(_ text: String, _ message: String) {
        #expect { try Self.read(text) } throws: { "\($0)" == message }
    }

    @Test func saysWhatItLeavesOut() throws {
        let imported = try Self.read(
            #"{"bot": "b", "version": 3, "frames": [{"name": "a", "text": "A", "delay": 5, "markup": [{"text": "Nowhere"}]}]}"#)
        #expect(
            imported.remarks == [
                "frames[0].delay was left out", "'version' was left out",
                "frames[0]: the button 'Nowhere' led nowhere; it shows the frame again",
            ])
        _ = try Definition(yaml: imported.yaml)
    }

    @Test func thereAndBack() throws {
        let frames =
            #"{"bot":{"name":"b"},"frames":[{"name":"start","type":"text","text":"Hi $${x}","markup":[[{"text":"Go","nextFrameName":"two"}]],"nextFrameName":"two"},{"name":"two","type":"photo","photo":{"source":"https://example.org/a.jpg","caption":"C"},"parseMode":"HTML"}]}"#
        let exported = FrameExport(try Definition(yaml: try Self.read(frames).yaml))
        #expect(exported.json.description == frames)
        #expect(exported.remarks == [])
    }

    @Test func exportSaysWhatFramesCannot() throws {
        let exported = FrameExport(
            try Definition(
                yaml: """
                    bot: b
                    handlers: [{command: start, do: [{go: home}]}, {command: x, do: [{toast: X}]}]
                    screens:
                      home: {text: Home, buttons: [{label: Do, do: [{toast: Done}]}, {label: To, go: who}]}
                      who: {text: "${user.name}"}
                    forms: {f: {fields: {a: {ask: A?}}, done: [{go: home}]}}
                    """))
        #expect(
            exported.remarks == [
                "the button 'Do' of 'home' was left out: it does more than lead to a frame",
                "the button 'To' of 'home' was left out: it does more than lead to a frame",
                "the screen 'who' shows something else each time, which frames can't", "the form 'f' was left out: frames ask nothing",
                "the handler in line 2 was left out: frames have none",
            ])
    }
}
