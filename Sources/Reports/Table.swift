import Basics

/// Rows of aligned columns that fit a width: columns shrink first, then the least important ones are left out.
package struct Table {
    package struct Column {
        var title: String
        /// What it may be cut to; nil: never cut.
        var minimum: Int?
        /// The width it has at least as long as there is room: for rows that come later.
        var usual: Int
        /// Columns with the highest rank are left out first; nil: never.
        var dropRank: Int?
        var isRightAligned = false

        package init(_ title: String, minimum: Int? = nil, usual: Int = 0, dropRank: Int? = nil, isRightAligned: Bool = false) {
            self.title = title
            self.minimum = minimum
            self.usual = usual
            self.dropRank = dropRank
            self.isRightAligned = isRightAligned
        }
    }

    /// One value, with the colour of its text.
    package struct Cell: ExpressibleByStringInterpolation {
        var text: String
        var colour: Style.Colour?

        /// The text may come from anywhere: it is escaped here.
        package init(_ text: String, _ colour: Style.Colour? = nil) {
            self.text = text.printable
            self.colour = colour
        }

        package init(stringLiteral value: String) {
            self.init(value)
        }
    }

    /// Which columns are shown and how wide.
    package struct Layout {
        var columns: [Column]
        /// nil: left out.
        var widths: [Int?]
    }

    package var columns: [Column]
    package var rows: [[Cell]]

    private static let gap = 2

    package init(columns: [Column], rows: [[Cell]]) {
        self.columns = columns
        self.rows = rows
    }

    /// The header and all rows, each ending in a newline.
    package func render(_ style: Style) -> String {
        let layout = layout(style)
        return Self.header(layout, style) + rows.map { Self.line($0, layout, style) }.joined()
    }

    /// The widths for these rows; rows that come later can be printed with them too.
    package func layout(_ style: Style) -> Layout {
        var widths: [Int?] = columns.indices.map { index in
            rows.reduce(max(columns[index].title.count, columns[index].usual)) { max($0, index < $1.count ? $1[index].text.count : 0) }
        }
        guard let limit = style.width else { return Layout(columns: columns, widths: widths) }
        while Self.total(widths) > limit {
            let excess = Self.total(widths) - limit
            // Shrinking is enough: take it from what has most to give.
            if excess <= columns.indices.reduce(0, { $0 + slack($1, widths) }) {
                shrink(&widths, by: excess)
                break
            }
            guard let victim = columns.indices.filter({ widths[$0] != nil && columns[$0].dropRank != nil }).max(by: isKeptLonger) else {
                shrink(&widths, by: excess)
                break
            }
            widths[victim] = nil
        }
        return Layout(columns: columns, widths: widths)
    }

    package static func header(_ layout: Layout, _ style: Style) -> String {
        let titles = line(layout.columns.map { Cell($0.title) }, layout, Style(isColoured: false, width: style.width))
        return style.bold(String(titles.dropLast())) + "\n"
    }

    package static func line(_ row: [Cell], _ layout: Layout, _ style: Style) -> String {
        var parts: [String] = []
        let shown = layout.columns.indices.filter { layout.widths[$0] != nil && $0 < row.count }
        for index in shown {
            let width = layout.widths[index] ?? 0
            let mayBeCut = style.width != nil && layout.columns[index].minimum != nil
            let text = mayBeCut ? cut(row[index].text, to: width) : row[index].text
            let padding = String(repeating: " ", count: max(0, width - text.count))
            let coloured = style.colour(row[index].colour, text)
            if layout.columns[index].isRightAligned {
                parts.append(padding + coloured)
            } else {
                parts.append(index == shown.last ? coloured : coloured + padding)
            }
        }
        var line = parts.joined(separator: String(repeating: " ", count: gap))
        while line.hasSuffix(" ") { line.removeLast() }
        return line + "\n"
    }

    package static func cut(_ text: String, to width: Int) -> String {
        text.count <= width ? text : String(text.prefix(max(0, width - 1))) + "…"
    }

    private static func total(_ widths: [Int?]) -> Int {
        let shown = widths.compactMap { $0 }
        return shown.reduce(0, +) + gap * max(0, shown.count - 1)
    }

    private func slack(_ index: Int, _ widths: [Int?]) -> Int {
        guard let width = widths[index], let minimum = columns[index].minimum else { return 0 }
        return max(0, width - minimum)
    }

    private func shrink(_ widths: inout [Int?], by excess: Int) {
        for _ in 0..<excess {
            let candidates = columns.indices.filter { slack($0, widths) > 0 }
            guard let index = candidates.max(by: { slack($0, widths) < slack($1, widths) }), let width = widths[index] else { return }
            widths[index] = width - 1
        }
    }

    private func isKeptLonger(_ left: Int, _ right: Int) -> Bool {
        (columns[left].dropRank ?? 0) < (columns[right].dropRank ?? 0)
    }
}
