import BotLanguage
import JSON
import Testing

/// Rows from CSV files.
@Suite struct SeedTests {
    private static let yaml = """
        bot: shop
        enums: {Kind: [food, drink]}
        data:
          categories: {name: {type: string, max: 40}, seed: {file: categories.csv, key: name}}
          products:
            name: {type: string, max: 40}
            price: {type: money, min: 0}
            kind: {type: Kind, default: Kind.food}
            category: categories
            since: date?
            tags: {type: list<string>, default: "[]"}
            photo: photo?
            seed: {file: products.csv, key: name}
        screens: {home: {text: a}}
        """
    private static let categories = "name\r\nSoups\r\n\"Tea, coffee\"\r\n"

    private func load(_ products: String, categories: String = Self.categories, yaml: String = Self.yaml) throws(DefinitionError)
        -> Definition
    {
        try Definition(yaml: yaml, file: "bots/shop/bot.yaml") { name in
            ["categories.csv": categories, "products.csv": products][name].map { Array($0.utf8) }
        }
    }

    private func mistakes(_ products: String, categories: String = Self.categories, yaml: String = Self.yaml) -> [String] {
        do throws(DefinitionError) {
            _ = try load(products, categories: categories, yaml: yaml)
            return []
        } catch {
            return error.diagnostics.map(\.description)
        }
    }

    @Test func areRead() throws {
        let text =
            "\u{FEFF}name,price,kind,category,since,tags\n\"Soup \"\"of the day\"\"\",4.50,,Soups,31.01.2026,a; b\n\n\"Tea\",2,drink,\"Tea, coffee\",,\n"
        let seeds = try load(text).store.seeds
        #expect(seeds.map(\.table) == ["categories", "products"])
        #expect(seeds[0].rows.map(\.cells) == [[.value(.string("Soups"))], [.value(.string("Tea, coffee"))]])
        #expect(
            seeds[1].rows.map(\.cells) == [
                [
                    .value(.string("Soup \"of the day\"")), .value(.int(450)), .value(.string("food")),
                    .row(table: "categories", column: "name", .string("Soups")), .value(.date(days: 20_484)), .value(.json(["a", "b"])),
                ],
                [
                    .value(.string("Tea")), .value(.int(200)), .value(.string("drink")),
                    .row(table: "categories", column: "name", .string("Tea, coffee")), .value(.null), .value(.json([])),
                ],
            ])
        // The key is a rule of the data.
        #expect(try load(text).store["products"]?.uniques.map(\.columns) == [["name"]])
    }

    @Test(arguments: [
        ("", "bots/shop/products.csv:1:1: the file is empty; begin with the fields' names"),
        (
            "name;price\n",
            "bots/shop/products.csv:1:1: 'products' has no field 'name;price' that a row can be given; separate the cells by commas"
        ),
        (
            "name,price,categori\n",
            "bots/shop/products.csv:1:12: 'products' has no field 'categori' that a row can be given; did you mean 'category'?"
        ),
        ("name,price\n", "bots/shop/products.csv:1:1: rows of 'products' need 'category'; add columns"),
        ("price,category\n", "bots/shop/products.csv:1:1: there is no column 'name', by which rows are found again"),
        ("name,price,category,price\n", "bots/shop/products.csv:1:21: there are two columns 'price'"),
        (
            "name,price,category,id\n",
            "bots/shop/products.csv:1:21: 'products' has no field 'id' that a row can be given; the fields are 'name', 'price', 'kind', 'category', 'since', 'tags' and 'photo'"
        ),
        ("name,price,category\nTea,much,Soups\n", "bots/shop/products.csv:2:5: 'price': 'much' is no money; write an amount such as 12.50"),
        ("name,price,category\nTea,-1,Soups\n", "bots/shop/products.csv:2:5: 'price': the value is below its 'min'"),
        ("name,price,category\nTea,,Soups\n", "bots/shop/products.csv:2:5: 'price': the cell is empty, and money is wanted"),
        ("name,price,category\nTea,1,Soup\n", "bots/shop/products.csv:2:7: 'category': there is no 'Soup' in the file of 'categories'"),
        ("name,price,category\nTea,1,Soups\nTea,2,Soups\n", "bots/shop/products.csv:3:1: 'name': 'Tea' stands in line 2 already"),
        ("name,price,category\nTea,1\n", "bots/shop/products.csv:2:1: the row has 2 cells, but the header has 3"),
        (
            "name,price,category\nTea,1,Tea, coffee\n",
            "bots/shop/products.csv:2:11: the row has 4 cells, but the header has 3; put a cell with a comma in quotes"
        ),
        ("name,price,category\n\"Tea\n\n\",1,\"Soups\n", "bots/shop/products.csv:4:5: the quote is never closed"),
        (
            "name,price,category\n\"Tea\"x,1,Soups\n",
            "bots/shop/products.csv:2:6: there is text behind the closing quote; write a quote within quotes twice: \"\""
        ),
        (
            "name,price,category\nTe\"a,1,Soups\n",
            "bots/shop/products.csv:2:3: a cell with a quote in it stands in quotes; and the quote is written twice: \"\""
        ),
        (
            "name,price,category,kind\nTea,1,Soups,drinks\n",
            "bots/shop/products.csv:2:13: 'kind': 'drinks' is no Kind; did you mean 'drink'?"
        ),
        (
            "name,price,category,photo\nTea,1,Soups,a.jpg\n",
            "bots/shop/products.csv:2:13: 'photo': photo can't stand in a file; leave the column out"
        ),
    ])
    func mistakesAreToldInTheFile(text: String, expected: String) {
        #expect(mistakes(text) == [expected])
    }

    @Test func mistakesInTheDefinition() {
        func yaml(_ seed: String) -> String {
            "bot: b\ndata:\n  items: {name: {type: string, max: 9}, note: string?, n: number, seed: \(seed)}\nscreens: {home: {text: a}}"
        }
        func load(_ seed: String) -> [String] {
            do throws(DefinitionError) {
                _ = try Definition(yaml: yaml(seed), file: "bot.yaml") { _ in Array("name,n\na,1\n".utf8) }
                return []
            } catch {
                return error.diagnostics.map { "\($0)" }
            }
        }
        #expect(load("items.csv") == [])
        #expect(load("{file: items.csv, key: name}") == [])
        #expect(load("items.xlsx") == ["bot.yaml:3:73: rows come from a CSV file, whose name ends in '.csv'"])
        #expect(load("../items.csv") == ["bot.yaml:3:73: a file lies in the bot's folder, or below it; copy it there"])
        #expect(load("{key: name}") == ["bot.yaml:3:73: 'file' is missing"])
        #expect(load("{file: items.csv, key: nam}") == ["bot.yaml:3:96: 'items' has no field 'nam' of its own; did you mean 'name'?"])
        #expect(load("{file: items.csv, key: n}").first?.contains("rows can't be found again by 'n', which is number") ?? false)
        #expect(load("{file: items.csv, key: note}").first?.contains("its length must be limited") ?? false)
        do throws(DefinitionError) {
            _ = try Definition(yaml: yaml("items.csv"), file: "bot.yaml") { _ in nil }
            Issue.record("a missing file passed")
        } catch {
            #expect(
                error.diagnostics.map { "\($0)" } == [
                    "bot.yaml:3:73: the bot's folder has no file 'items.csv'; put it beside the definition"
                ])
        }
    }

    @Test func sizesAreLimited() {
        let many = "name,price,category\n" + (0..<10_001).map { "n\($0),1,Soups\n" }.joined()
        #expect(mistakes(many) == ["bots/shop/products.csv:10002:1: there are more than 10000 rows"])
        let large = "name,price,category\n" + String(repeating: "x", count: 5 << 20)
        #expect(mistakes(large) == ["bots/shop/bot.yaml:13:18: 'products.csv' has more than 4 MiB"])
        // No more is said than anybody reads.
        let wrong = "name,price,category\n" + (0..<9_000).map { "n\($0),?,?\n" }.joined()
        #expect(mistakes(wrong).count <= 22)
        #expect(mistakes("a\0b,\"\u{FFFF}\n").isEmpty == false)
    }

    /// No file makes the reader do anything but read or refuse it.
    @Test func anyBytesAreReadOrRefused() {
        var random = SplitMix(seed: 5)
        let pieces = [
            "name", "price", "category", ",", "\n", "\r\n", "\"", "\"\"", "Soups", "1", "é", " ", "\u{2028}", ";", "\u{FEFF}", "\r",
        ]
        for _ in 0..<400 {
            let text = (0..<Int(random.next() % 40)).map { _ in pieces[Int(random.next() % UInt64(pieces.count))] }.joined()
            for mistake in mistakes("name,price,category\n" + text) { #expect(mistake.hasPrefix("bots/shop/products.csv:")) }
        }
    }
}
