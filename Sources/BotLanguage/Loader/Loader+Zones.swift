import CEL

// Time zones and units that an author has written down are looked up at once.
extension Loader {
    func checkZones(_ checked: CheckedAST, in node: Node, _ offset: Int) {
        for (id, reference) in checked.references {
            guard case .function(let name, _, let passesReceiver) = reference, case .call(_, _, let arguments) = checked.ast[id].kind
            else { continue }
            switch name {
            case "dayOf", "timeOf": if arguments.count == 2 { checkZone(arguments[1], checked, in: node, offset) }
            case "startOf" where arguments.count == 3:
                checkZone(arguments[2], checked, in: node, offset)
                if let unit = text(arguments[1], checked), !TimeFunctions.units.contains(unit) {
                    let range = checked.ast[arguments[1]].range
                    report(
                        "there is no unit '\(unit.prefix(40))'", in: node, offset + range.lowerBound, range.count,
                        didYouMean(unit, TimeFunctions.units) ?? "the units are \(list(TimeFunctions.units))")
                }
            default:
                // `now.getHours('Europe/Berlin')`
                if passesReceiver, name.hasPrefix("get"), arguments.count == 1 { checkZone(arguments[0], checked, in: node, offset) }
            }
        }
    }

    private func checkZone(_ id: AST.ID, _ checked: CheckedAST, in node: Node, _ offset: Int) {
        guard let zone = text(id, checked), (try? CELTimeZone.named(zone)) == nil else { return }
        let range = checked.ast[id].range
        report(
            "there is no time zone '\(zone.prefix(40))'", in: node, offset + range.lowerBound, range.count,
            "write one such as 'Europe/Berlin' or '+02:00'")
    }

    private func text(_ id: AST.ID, _ checked: CheckedAST) -> String? {
        if case .literal(.string(let text)) = checked.ast[id].kind { text } else { nil }
    }
}
