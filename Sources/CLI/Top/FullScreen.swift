import Dispatch
import Glibc

/// The terminal as a picture that is drawn anew: another screen without a cursor, keys without an enter. Left as it was.
final class FullScreen {
    private let saved: termios
    private let keys: any DispatchSourceRead

    /// Nil when the standard input and output are no terminal.
    ///
    /// - Parameter pressed: called with every byte that is typed.
    init?(pressed: @escaping @Sendable (UInt8) -> Void) {
        var settings = termios()
        guard isatty(STDOUT_FILENO) == 1, tcgetattr(STDIN_FILENO, &settings) == 0 else { return nil }
        saved = settings
        // Ctrl-C and Ctrl-Z come as keys, too: stopped, the program would leave its picture behind.
        settings.c_lflag &= ~tcflag_t(ICANON | ECHO | ISIG)
        keys = DispatchSource.makeReadSource(fileDescriptor: STDIN_FILENO, queue: DispatchQueue(label: "switchboard.keys"))
        keys.setEventHandler {
            var bytes = [UInt8](repeating: 0, count: 64)
            let count = read(STDIN_FILENO, &bytes, bytes.count)
            // The terminal is gone: as if it had been asked to quit.
            if count <= 0 { return pressed(UInt8(ascii: "q")) }
            for byte in bytes[..<count] { pressed(byte) }
        }
        tcsetattr(STDIN_FILENO, TCSANOW, &settings)
        Terminal.writeData("\u{1B}[?1049h\u{1B}[?25l")
        keys.resume()
    }

    deinit {
        keys.cancel()
        Terminal.writeData("\u{1B}[?25h\u{1B}[?1049l")
        var settings = saved
        tcsetattr(STDIN_FILENO, TCSANOW, &settings)
    }

    /// Of the terminal now; 80 × 24 when it doesn't tell.
    static var size: (width: Int, height: Int) {
        var window = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &window) == 0, window.ws_col > 0, window.ws_row > 0 else { return (80, 24) }
        return (Int(window.ws_col), Int(window.ws_row))
    }

    /// Line by line over what is there, in one write: nothing flickers.
    func draw(_ lines: [String]) {
        Terminal.writeData("\u{1B}[H" + lines.map { $0 + "\u{1B}[K" }.joined(separator: "\r\n") + "\u{1B}[J")
    }
}
