import Glibc
import Reports

/// Takes the places of standard streams that are closed: else a socket or a file would get the number, and what is printed.
///
/// Each is opened the wrong way round, so that its use fails as it does on a closed one.
func holdStandardStreams() {
    for stream in STDIN_FILENO...STDERR_FILENO where fcntl(stream, F_GETFD) == -1 {
        // What is opened gets the lowest number that is free, and that is this one.
        _ = open("/dev/null", stream == STDIN_FILENO ? O_WRONLY : O_RDONLY)
    }
}

/// Writes to standard output at once, so that a follower's reader sees each line when it happens.
func writeOutput(_ text: String) {
    write(text, to: STDOUT_FILENO)
}

/// Prints what is shown: as JSON for programs, else as text for whoever reads standard output.
func show(_ view: some View, json: Bool) throws {
    writeOutput(json ? try view.json() : view.text(.standardOutput()))
}

/// Says something beside the output: warnings, errors, "nothing found".
func writeError(_ text: String) {
    writeErrorText("weft: \(text)\n")
}

/// Writes to standard error as it is.
func writeErrorText(_ text: String) {
    write(text, to: STDERR_FILENO)
}

private func write(_ text: String, to descriptor: Int32) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
        let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
        if count < 0 && errno == EINTR { continue }
        // Nobody reads any more, or the disk is full: there is nowhere to say so.
        guard count > 0 else { exit(2) }
        bytes = bytes.dropFirst(count)
    }
}
