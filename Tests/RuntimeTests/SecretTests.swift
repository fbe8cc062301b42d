import Runtime
import TestSupport
import Testing

@Suite struct SecretTests {
    @Test func isNeverShown() {
        struct Holder { var token = Secret("hunter22") }
        var dumped = ""
        dump(Holder(), to: &dumped)
        let secret = Secret("hunter22")
        for shown in [
            "\(secret)", String(reflecting: secret), "\(Holder())", "\([secret])", "\(["k": secret])", "\(secret as Secret?)", dumped,
        ] {
            #expect(!shown.contains("hunter22"), "\(shown)")
        }
    }

    @Test func comparison() {
        let secret = Secret("correct horse")
        #expect(secret.matches("correct horse"))
        for guess in ["", "correct hors", "correct horse ", "Correct horse", "correct horsecorrect horse"] {
            #expect(!secret.matches(guess))
        }
        #expect(!Secret("").matches(""))
    }
}

@Suite struct RedactorTests {
    private let letters = Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")

    private func token(_ random: inout SeededGenerator) -> String {
        let half = (0..<Int.random(in: 30...40, using: &random)).map { _ in letters.randomElement(using: &random) ?? "a" }
        return "\(UInt32.random(in: 1000 ... .max, using: &random)):\(String(half))"
    }

    /// Wherever a token stands, whatever touches it, its secret half is gone.
    @Test func embeddedTokensAreCutOut() {
        var random = SeededGenerator(seed: 42)
        let noise = letters + Array(":/.\" {}\n%é→0123456789")
        for _ in 0..<3000 {
            let redactor = Redactor()
            let tokens = (0..<Int.random(in: 1...4, using: &random)).map { _ in token(&random) }
            for token in tokens { redactor.register(Secret(token)) }
            var message = ""
            for token in tokens {
                message += String((0..<Int.random(in: 0...80, using: &random)).map { _ in noise.randomElement(using: &random) ?? " " })
                message += Bool.random(using: &random) ? token : token.replacing(":", with: "%3A")
            }
            message += String((0..<Int.random(in: 0...40, using: &random)).map { _ in noise.randomElement(using: &random) ?? " " })
            let clean = redactor.redacted(message)
            for token in tokens { #expect(!clean.contains(token.drop { $0 != ":" }.dropFirst()), "\(message)") }
        }
    }

    @Test func otherSecretsInEveryForm() {
        let redactor = Redactor()
        redactor.register(Secret(#"p"a ss/wörd"#))
        #expect(redactor.redacted(#"x p"a ss/wörd y"#) == "x <redacted> y")
        #expect(redactor.redacted(#"{"m":"p\"a ss/wörd"}"#) == #"{"m":"<redacted>"}"#)
        #expect(redactor.redacted("amqp://u:p%22a%20ss%2Fw%C3%B6rd@h") == "amqp://u:<redacted>@h")
    }

    @Test func whatIsNotRegisteredStays() {
        let redactor = Redactor()
        redactor.register(Secret("123456:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"))
        let other = "123456:BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB and 4bf92f3577b34da6a3ce929d0e0e4736"
        #expect(redactor.redacted(other) == other)
        #expect(redactor.redacted("bot 123456:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA!") == "bot 123456:<redacted>!")
    }

    @Test func shortTextsAreLeftAlone() {
        let redactor = Redactor()
        redactor.register(Secret("demo"))
        #expect(redactor.redacted("a demo bot") == "a demo bot")
    }

    @Test func oneSecretInsideAnother() {
        let redactor = Redactor()
        for text in ["secret", "secretsecret", "mysecret"] { redactor.register(Secret(text)) }
        #expect(redactor.redacted("mysecretsecret.") == "<redacted>.")
    }
}
