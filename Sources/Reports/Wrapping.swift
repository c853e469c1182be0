/// The text in lines of at most `width` characters; it breaks at spaces where there are any.
func wrapped(_ text: String, width: Int?) -> [String] {
    guard let width, width > 0, text.count > width else { return [text] }
    var lines: [String] = []
    var rest = Substring(text)
    while rest.count > width {
        let head = rest.prefix(width + 1)
        // A break in the first half would leave the line too empty: a long word is cut instead.
        if let space = head.lastIndex(of: " "), rest.distance(from: rest.startIndex, to: space) > width / 2 {
            lines.append(String(rest[..<space]))
            rest = rest[rest.index(after: space)...]
        } else {
            lines.append(String(rest.prefix(width)))
            rest = rest.dropFirst(width)
        }
    }
    return lines + [String(rest)]
}
