import BotLanguage
import Testing

/// The samples that CLDR gives with its rules.
@Suite struct PluralTests {
    @Test(arguments: [
        ("en", "one: 1; other: 0 2 11 21 1000 0.5 1.5 1.0"), ("de", "one: 1; other: 0 2 21 1.5"), ("fi", "one: 1; other: 0 2 1.1"),
        ("ru", "one: 1 21 101 1001; few: 2 3 4 22 104 1002; many: 0 5 11 12 14 19 100 111 1000000; other: 0.1 1.5 10.1"),
        ("uk", "one: 1 31; few: 3 43; many: 0 6 15 112; other: 1.5"),
        ("be", "one: 1 21 1.0 21.0; few: 2 24 2.0; many: 0 5 11 13 100; other: 0.1 1.7"),
        ("pl", "one: 1; few: 2 4 22 102; many: 0 5 11 12 14 21 101 112; other: 0.5 1.0 1.5"),
        ("cs", "one: 1; few: 2 3 4; many: 0.5 1.0 10.0; other: 0 5 21 100"), ("sk", "one: 1; few: 3; many: 1.5; other: 7"),
        ("fr", "one: 0 1 1.5; many: 1000000 2000000; other: 2 17 100 100000 2.0"),
        ("es", "one: 1 1.0; many: 1000000; other: 0 2 1.5"), ("it", "one: 1; many: 3000000; other: 0 1.0 8"),
        ("pt", "one: 0 1 1.5; many: 1000000; other: 2 10"), ("pt-br", "one: 0; other: 2"), ("pt-pt", "one: 1; other: 0 1.5"),
        ("tr", "one: 1 1.0; other: 0 2 1.5"), ("kk", "one: 1; other: 0 2"), ("uz", "one: 1; other: 5"),
        ("zh", "other: 0 1 2 1.5"), ("ja", "other: 1"), ("ko", "other: 1"), ("zh-hant-tw", "other: 1"),
        ("ar", "zero: 0; one: 1; two: 2; few: 3 10 103 110 1003; many: 11 26 111 1011; other: 100 102 200 302 1000 0.1 10.1"),
        ("he", "one: 1 0.5 0.0; two: 2; other: 0 3 17 100 1.0 1.5"),
        ("lt", "one: 1 21 101; few: 2 9 22 102; many: 0.1 1.7; other: 0 10 11 19 20 30 111"),
        ("lv", "zero: 0 10 11 19 20 100; one: 1 21 101 0.1 1.1 10.1 0.21; other: 2 9 22 0.2 1.9"),
        ("ro", "one: 1; few: 0 2 16 101 0.5 1.0; other: 20 35 100"),
        ("sr", "one: 1 21 101 0.1 1.1; few: 2 4 22 0.2 1.4; other: 0 5 11 12 19 0.5 1.0"), ("hr", "one: 31; few: 33; other: 35"),
        ("sl", "one: 1 101; two: 2 102; few: 3 4 103 0.5; other: 0 5 11"), ("da", "one: 1 0.1 1.6; other: 0 2 2.5"),
        ("hi", "one: 0 1 0.5; other: 2 1.1"), ("is", "one: 1 21 0.1 1.0 1.1; other: 0 11 0.2"),
        ("ga", "one: 1; two: 2; few: 6; many: 7; other: 11"),
    ])
    func takesTheForm(language: String, samples: String) throws {
        let rules = try #require(PluralRules.of(language))
        for part in samples.split(separator: ";") {
            let halves = part.split(separator: ":")
            let category = try #require(PluralCategory(rawValue: halves[0].filter { $0 != " " }))
            for sample in halves[1].split(separator: " ") {
                let number = try #require(PluralNumber(String(sample)))
                #expect(rules.category(number) == category, "\(language) \(sample)")
                if let whole = Int64(sample) { #expect(rules.category(PluralNumber(-whole)) == category) }
            }
        }
    }

    @Test func knowsWhatALanguageNeeds() {
        func needed(_ language: String) -> [String] { PluralRules.of(language)?.needed.map(\.rawValue) ?? [] }
        #expect(needed("en") == ["one", "other"])
        #expect(needed("ru") == ["one", "few", "many", "other"])
        #expect(needed("ar") == ["zero", "one", "two", "few", "many", "other"])
        #expect(needed("lv") == ["zero", "one", "other"])
        #expect(needed("zh") == ["other"])
        // What only fractions or whole millions take may be left out.
        #expect(needed("fr") == ["one", "other"])
        #expect(needed("cs") == ["one", "few", "other"])
        #expect(needed("lt") == ["one", "few", "other"])
        #expect(PluralRules.of("cs")?.categories.map(\.rawValue) == ["one", "few", "many", "other"])
        #expect(PluralRules.of("tlh") == nil)
    }

    @Test func readsNumbers() {
        #expect(PluralNumber("1.50") != PluralNumber("1.5"))
        #expect(PluralNumber("1e20") == nil && PluralNumber("") == nil && PluralNumber("1.") == nil && PluralNumber("x") == nil)
        #expect(PluralNumber(Int64.min) == PluralNumber(UInt64(1) << 63))
        #expect(PluralNumber(String(repeating: "9", count: 300)) != nil)
    }

    @Test func findsTheLanguageOfAPerson() {
        var languages = Languages()
        #expect(languages.language(for: "ru-RU") == "ru-ru")
        languages.all = ["en", "ru", "pt-br", "zh-hant"]
        languages.own = "en"
        let expected = [
            "ru": "ru", "ru-RU": "ru", "RU_ru": "ru", "pt": "pt-br", "pt-PT": "pt-br", "pt-BR": "pt-br", "zh-hant-tw": "zh-hant",
            "zh-hans": "zh-hant", "de": "en", "": "en", "p": "en",
        ]
        for (tag, language) in expected { #expect(languages.language(for: tag) == language, "\(tag)") }
        #expect(languages.language(for: nil) == "en")
    }
}
