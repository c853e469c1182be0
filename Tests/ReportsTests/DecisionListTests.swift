import Records
import Testing

@testable import Reports

@Suite struct `Decisions as they come` {
    let style = Style(isColoured: false, width: 80)

    @Test func `later ones have the columns of the first`() throws {
        let (one, other) = (try Fixture.deferral(), try Fixture.acceptance())
        let list = DecisionList([one], isJSON: false, style: style, isFollowing: true)
        let beginning = try list.beginning().split(separator: "\n")
        #expect(beginning.count == 2 && beginning[0].hasPrefix("TIME (UTC)"))
        let line = try list.lines([other])
        #expect(line.filter { $0 == "\n" }.count == 1)
        let start = try #require(beginning[0].firstRange(of: "REASON")).lowerBound.utf16Offset(in: beginning[0])
        #expect(line.dropFirst(start).hasPrefix("no-policy"))
    }

    @Test func `while following, the header comes before there is anything`() throws {
        #expect(try DecisionList([], isJSON: false, style: style, isFollowing: true).beginning().hasPrefix("TIME (UTC)"))
        #expect(try DecisionList([], isJSON: false, style: style, isFollowing: false).beginning() == "")
        #expect(try DecisionList([], isJSON: true, style: style, isFollowing: true).beginning() == "")
    }

    @Test func `in JSON each is a line from the beginning`() throws {
        let both = [try Fixture.deferral(), try Fixture.acceptance()]
        let list = DecisionList(both, isJSON: true, style: style, isFollowing: false)
        #expect(try list.beginning() == jsonLine(DecisionView(both[0])) + jsonLine(DecisionView(both[1])))
    }
}
