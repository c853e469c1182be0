/// The place of a value in a TOML document: `policy.on-failure`, `domain[1].name`, `listen.address[0]`.
struct ValuePath: Hashable, Sendable, CustomStringConvertible {
    enum Component: Hashable, Sendable {
        case key(String)
        case index(Int)
    }

    var components: [Component]

    init(_ components: [Component] = []) {
        self.components = components
    }

    func appending(_ key: String) -> ValuePath { ValuePath(components + [.key(key)]) }

    func appending(index: Int) -> ValuePath { ValuePath(components + [.index(index)]) }

    /// The path of what contains this value; nil at the top.
    var parent: ValuePath? {
        components.isEmpty ? nil : ValuePath(Array(components.dropLast()))
    }

    var description: String {
        var text = ""
        for component in components {
            switch component {
            case .key(let key): text += text.isEmpty ? key : ".\(key)"
            case .index(let index): text += "[\(index)]"
            }
        }
        return text
    }
}
