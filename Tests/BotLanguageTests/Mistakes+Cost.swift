extension Mistake {
    /// Expressions that can't end in time.
    static let costs: [Mistake] = [
        Mistake(
            "loops in loops",
            #"""
            bot: b
            screens:
              home:
                let: {n: "lists.range(1000).map(i, lists.range(1000).map(j, i * j).sum()).sum()"}
                text: "${lists.range(100000).size()} ${lists.range(9000).map(i, string(i)).join(',')}"
            """#,
            expected: #"""
                4:15: this may take 3129127 steps; 50000 are allowed; go through fewer elements
                5:14: this may take 112502 steps; 50000 are allowed; go through fewer elements
                """#),
        Mistake(
            "loops through lists of declared lengths",
            #"""
            bot: b
            screens:
              home:
                let:
                  long: "lists.range(500)"
                  pairs: "long.map(a, long.map(b, a * b).sum())"
                text: "${pairs.size()}"
            """#,
            expected: #"""
                6:15: this may take 532000 steps; 50000 are allowed; go through fewer elements
                """#),
    ]
}
