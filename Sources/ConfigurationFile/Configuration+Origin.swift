extension Configuration {
    /// The file of a configuration and the lines of its keys.
    public struct Origin: Hashable, Sendable {
        /// As it was named to `load(path:)`; nil for a configuration that was made in code.
        public var file: String?
        var lines: [ValuePath: Int] = [:]

        init(file: String? = nil, lines: [ValuePath: Int] = [:]) {
            self.file = file
            self.lines = lines
        }

        /// The line of a value, or of the nearest thing around it that has one.
        func line(of path: ValuePath) -> Int? {
            var current: ValuePath? = path
            while let path = current {
                if let line = lines[path] { return line }
                current = path.parent
            }
            return nil
        }
    }

    /// An error about a key that reads like those of `load(path:)`, for what is found only when the setting is used: an unreadable file, a port
    /// that is in use.
    ///
    /// - Parameters:
    ///   - section: without brackets, for example `listen`.
    ///   - key: for example `address`.
    ///   - index: the element of an array that is meant.
    ///   - message: what is wrong and what to do.
    public func error(section: String, key: String, index: Int? = nil, _ message: String) -> ConfigurationError {
        ConfigurationError([problem(section: section, key: key, index: index, message)])
    }

    func problem(section: String, key: String, index: Int? = nil, _ message: String) -> ConfigurationError.Problem {
        var path = ValuePath([.key(section), .key(key)])
        if let index { path = path.appending(index: index) }
        return .init(file: origin.file, line: origin.line(of: path), section: "[\(section)]", key: key, message: message)
    }
}
