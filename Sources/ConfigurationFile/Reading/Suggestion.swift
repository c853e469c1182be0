/// The candidate that was most likely meant by `word`; nil when none is close.
func suggestion(for word: String, among candidates: [String]) -> String? {
    let scored = candidates.map { (candidate: $0, distance: editDistance(Array(word.lowercased()), Array($0))) }
    guard let best = scored.min(by: { ($0.distance, $0.candidate) < ($1.distance, $1.candidate) }) else { return nil }
    // A third of the letters may differ, and always two when a piece is missing: `on_failure`, `session`, `per_client`.
    return best.distance <= max(2, word.count / 3) && best.distance < best.candidate.count ? best.candidate : nil
}

/// Levenshtein's distance; the words are keys of a configuration file, so the square cost does not matter, but hostile length is cut.
private func editDistance(_ left: [Character], _ right: [Character]) -> Int {
    guard left.count <= 64 else { return Int.max }
    var previous = Array(0...right.count)
    for (row, letter) in left.enumerated() {
        var current = [row + 1]
        for (column, other) in right.enumerated() {
            let substitution = previous[column] + (letter == other ? 0 : 1)
            current.append(min(substitution, previous[column + 1] + 1, current[column] + 1))
        }
        previous = current
    }
    return previous[right.count]
}

/// `"a"`, `"a" or "b"`, `"a", "b" or "c"`.
func alternatives(_ words: [String]) -> String {
    let quoted = words.map { "\"\($0)\"" }
    guard let last = quoted.last, quoted.count > 1 else { return quoted.first ?? "" }
    return quoted.dropLast().joined(separator: ", ") + " or " + last
}
