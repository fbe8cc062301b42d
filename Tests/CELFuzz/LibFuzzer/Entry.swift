import Glibc

/// What libFuzzer calls with every input. The first eight bytes choose the values of the variables.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
    let bytes = UnsafeBufferPointer(start: data, count: size)
    let state = bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    let source = String(decoding: bytes.dropFirst(8), as: UTF8.self)
    let examination = Examination(source, random: SeededGenerator(state: state))
    guard examination.violations.isEmpty else {
        print("\(source)\n    \(examination.violations)")
        abort()
    }
    return 0
}
