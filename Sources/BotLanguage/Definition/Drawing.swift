import CEL

// What is evaluated when a screen is drawn. What its buttons do, and who may tap them, is evaluated when they are tapped.
extension Screen {
    /// The first place where what it shows depends on the variable; nil when nothing does.
    package func mention(of name: String) -> SourcePosition? {
        drawing.first { $0.mentions(name) }?.position
    }

    /// Finds out which buttons are there for some people only.
    package mutating func markPersonalButtons() {
        var names: Set<String> = ["user"]
        for binding in lets where binding.value.mentions(anyOf: names) { names.insert(binding.name) }
        for row in rows.indices {
            for index in rows[row].buttons.indices { rows[row].buttons[index].markPersonal(names) }
        }
        list?.button?.markPersonal(names)
    }

    private var drawing: [Expression] {
        var all = parameters.compactMap(\.default) + roles + lets.map(\.value) + content.expressions
        if let list {
            all += list.rows.expressions + (list.call?.expressions ?? []) + (list.line?.expressions ?? []) + (list.empty?.expressions ?? [])
            all += list.button?.drawing ?? []
        }
        return all + rows.flatMap(\.buttons).flatMap(\.drawing)
    }
}

extension Expression {
    fileprivate func mentions(anyOf names: Set<String>) -> Bool { names.contains { mentions($0) } }
}

extension Button {
    fileprivate mutating func markPersonal(_ personal: Set<String>) {
        var names = personal
        if let each, each.values.mentions(anyOf: names) { names.insert(each.variable) }
        access.isPersonal = access.condition?.mentions(anyOf: names) ?? false
    }

    fileprivate var drawing: [Expression] {
        let action: [Expression] =
            switch self.action {
            case .go(let target), .call(let target), .handle(let target): target.arguments.map(\.value)
            case .url(let text), .copy(let text), .webApp(let text): text.expressions
            case .back, .steps, .request, .text: []
            }
        return label.expressions + (each.map { [$0.values] } ?? []) + action
    }
}

extension RowSource {
    fileprivate var expressions: [Expression] { (predicate.map { [$0.expression] } ?? []) + order.map(\.expression) }
}

extension QueryCall {
    fileprivate var expressions: [Expression] { arguments + query.parameters.compactMap(\.default) + query.rows.expressions }
}

extension Template {
    package var expressions: [Expression] {
        parts.flatMap { part -> [Expression] in
            switch part {
            case .text: []
            case .value(let value): [value]
            case .translated(let text): text.arguments.map(\.value) + text.templates.flatMap(\.expressions)
            }
        }
    }
}

extension Content {
    fileprivate var expressions: [Expression] {
        var all = text?.cases.flatMap { ($0.condition.map { [$0] } ?? []) + $0.text.expressions } ?? []
        if let media { all += media.source.expressions }
        switch medium {
        case .album(let entries):
            for entry in entries {
                all += (entry.each.map { [$0.values] } ?? []) + entry.source.expressions + (entry.caption?.expressions ?? [])
            }
        case .location(let place): all += place.expressions
        case .venue(let place, let title, let address): all += place.expressions + title.expressions + address.expressions
        case .contact(let phone, let first, let last): all += phone.expressions + first.expressions + (last?.expressions ?? [])
        case .poll(let poll):
            all += poll.question.expressions + poll.options.flatMap { ($0.each.map { [$0.values] } ?? []) + $0.text.expressions }
            all += (poll.correct.map { [$0] } ?? []) + (poll.explanation?.expressions ?? [])
        case .dice, nil: break
        }
        return all
    }
}

extension Content.Media.Source {
    fileprivate var expressions: [Expression] {
        switch self {
        case .template(let template): template.expressions
        case .value(let value): [value]
        }
    }
}

extension MapPoint {
    fileprivate var expressions: [Expression] {
        switch self {
        case .point(let latitude, let longitude): [latitude, longitude]
        case .value(let value): [value]
        }
    }
}
