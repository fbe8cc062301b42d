import HTTPClient
import ObjectStore
import Testing

@Suite struct SignatureTests {
    /// FIPS 180-4's examples, and the lengths around a block.
    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
        (String(repeating: "a", count: 1_000_000), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"),
    ])
    func hashes(text: String, hash: String) { #expect(SHA256.hash(text.utf8).hexadecimal == hash) }

    /// RFC 4231, cases 1, 2 and 6.
    @Test func authenticates() {
        #expect(
            SHA256.hmac("Hi There".utf8, key: [UInt8](repeating: 0x0b, count: 20)).hexadecimal
                == "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7")
        #expect(
            SHA256.hmac("what do ya want for nothing?".utf8, key: Array("Jefe".utf8)).hexadecimal
                == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
        #expect(
            SHA256.hmac(
                "Test Using Larger Than Block-Size Key - Hash Key First".utf8, key: [UInt8](repeating: 0xaa, count: 131)
            ).hexadecimal == "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54")
    }

    /// The examples of Amazon's description of Signature Version 4.
    @Test(arguments: [
        ([("lifecycle", "")], "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"),
        ([("max-keys", "2"), ("prefix", "J")], "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"),
    ])
    func signs(query: [(String, String)], signature: String) {
        let signer = S3Signature(
            accessKey: "AKIAIOSFODNN7EXAMPLE", secretKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", region: "us-east-1")
        let headers = signer.headers(
            .get, host: "examplebucket.s3.amazonaws.com", path: "/", query: query, payload: SHA256.hash([]).hexadecimal,
            at: 1_369_353_600)
        #expect(
            headers["Authorization"]
                == "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, "
                + "SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature=\(signature)")
        #expect(headers["x-amz-date"] == "20130524T000000Z")
    }

    @Test func encodes() {
        #expect(S3Signature.encoded("a b/ж~_-.+") == "a%20b%2F%D0%B6~_-.%2B")
        #expect(S3Signature.encoded("a/b", keeping: "/") == "a/b")
        #expect(S3Signature.canonical([("prefix", "a/"), ("max-keys", "2"), ("a", "")]) == "a=&max-keys=2&prefix=a%2F")
    }
}
