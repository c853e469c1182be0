/// The text in lines of at most `width` characters; it breaks at spaces where there are any.
func wrapped(_ text: String, width: Int?) -> [String] {
    guard let width, width > 0 else { return [text] }
    var lines: [String] = []
    var rest = Substring(text)
    // Counts no further than a line, or a long text would be counted again for each of its lines.
    while let end = rest.index(rest.startIndex, offsetBy: width, limitedBy: rest.endIndex), end < rest.endIndex {
        // A break in the first half would leave the line too empty: a long word is cut instead.
        if let space = rest[...end].lastIndex(of: " "), rest.distance(from: rest.startIndex, to: space) > width / 2 {
            lines.append(String(rest[..<space]))
            rest = rest[rest.index(after: space)...]
        } else {
            lines.append(String(rest[..<end]))
            rest = rest[end...]
        }
    }
    return lines + [String(rest)]
}
