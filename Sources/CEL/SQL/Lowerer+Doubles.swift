// Arithmetic of doubles as IEEE 754 has it. PostgreSQL raises an error where a result is infinite, is zero for being
// too small, or is divided by zero; those cases are told apart before.
extension Lowerer {
    private static let infinity = "'Infinity'::double precision"

    private static func power(_ exponent: Int) -> String {
        "'\(Double(sign: .plus, exponent: exponent, significand: 1))'::double precision"
    }

    private func double(_ text: String, _ operands: [Lowered]) -> Lowered {
        Lowered(text: text, type: .double, sqlType: "double precision", canFail: operands.contains(where: \.canFail))
    }

    private func wide(_ operand: Lowered) -> Lowered {
        var wide = operand
        wide.text = number(operand)
        return wide
    }

    /// Whether a constant is neither huge nor tiny, so that a case can't arise.
    private func magnitude(_ operand: Lowered) -> Double? {
        guard case .double(let number)? = constant(operand), number.isFinite else { return nil }
        return abs(number)
    }

    mutating func double(adding left: Lowered, _ right: Lowered) -> Lowered {
        let operands = [wide(left), wide(right)]
        // What is added to the largest double makes it infinite only from half its last place on, 2^969.
        if [left, right].contains(where: { magnitude($0).map { $0 < 1e290 } ?? false }) {
            return double("(\(operands[0].text) + \(operands[1].text))", operands)
        }
        let text = naming(operands) { names in
            let (x, y) = (names[0], names[1])
            let huge = [x, y].map { "abs(\($0)) > 1e290 AND abs(\($0)) < \(Self.infinity)" }.joined(separator: " AND ")
            let signed = "CASE WHEN \(x) > 0 THEN \(Self.infinity) ELSE - \(Self.infinity) END"
            return "CASE WHEN \(huge) THEN CASE WHEN abs(\(x) * 0.5 + \(y) * 0.5) >= \(Self.power(1023)) THEN \(signed) "
                + "ELSE \(x) + \(y) END ELSE \(x) + \(y) END"
        }
        return double(text, operands)
    }

    mutating func double(multiplying left: Lowered, _ right: Lowered) -> Lowered {
        let operands = [wide(left), wide(right)]
        let text = naming(operands, isStrict: true) { names in
            let (x, y) = (names[0], names[1])
            let low = "LEAST(abs(\(x)), abs(\(y)))"
            let high = "GREATEST(abs(\(x)), abs(\(y)))"
            let isPositive = "(\(x) < 0) = (\(y) < 0)"
            let infinite = "CASE WHEN \(isPositive) THEN \(Self.infinity) ELSE - \(Self.infinity) END"
            let zero = "CASE WHEN \(isPositive) THEN '0'::double precision ELSE '-0'::double precision END"
            let plain = "\(x) * \(y)"
            return [
                "CASE WHEN \(high) < 1e150 AND \(low) > 1e-150 THEN \(plain)",
                // NaN counts as the highest.
                "WHEN \(low) = 0 OR \(high) >= \(Self.infinity) THEN \(plain)",
                "WHEN \(low) >= \(Self.power(512)) THEN \(infinite)",
                // Scaled down, the product can be looked at.
                "WHEN \(low) >= 1 AND \(high) >= \(Self.power(511)) THEN CASE WHEN \(high) * \(Self.power(-600)) * \(low) >= \(Self.power(424))",
                "THEN \(infinite) ELSE \(plain) END",
                "WHEN \(high) < \(Self.power(-538)) THEN \(zero)",
                // Up to half the smallest double is zero. A product just above it is taken for it.
                "WHEN \(low) < \(Self.power(-537)) AND \(high) < 1 THEN CASE WHEN \(low) * \(Self.power(600)) * \(high) <= \(Self.power(-475))",
                "THEN \(zero) ELSE \(plain) END ELSE \(plain) END",
            ].joined(separator: " ")
        }
        return double(text, operands)
    }

    mutating func double(dividing left: Lowered, _ right: Lowered) -> Lowered {
        let operands = [wide(left), wide(right)]
        let text = naming(operands, isStrict: true) { names in
            let (x, y) = (names[0], names[1])
            let (dividend, divisor) = ("abs(\(x))", "abs(\(y))")
            let isPositive = "(\(x) < 0) = (\(y) < 0)"
            let infinite = "CASE WHEN \(isPositive) THEN \(Self.infinity) ELSE - \(Self.infinity) END"
            let zero = "CASE WHEN \(isPositive) THEN '0'::double precision ELSE '-0'::double precision END"
            let plain = "\(x) / \(y)"
            let (down, up) = (Self.power(-600), Self.power(600))
            return [
                "CASE WHEN \(y) = 0 THEN CASE WHEN \(x) = 0 OR \(x) = 'NaN'::double precision THEN 'NaN'::double precision",
                "WHEN (\(x) > 0) = (\(y)::text = '0') THEN \(Self.infinity) ELSE - \(Self.infinity) END",
                "WHEN \(dividend) < 1e150 AND \(dividend) > 1e-150 AND \(divisor) < 1e150 AND \(divisor) > 1e-150 THEN \(plain)",
                "WHEN \(x) = 0 OR \(dividend) >= \(Self.infinity) OR \(divisor) >= \(Self.infinity) THEN \(plain)",
                "WHEN \(divisor) < \(Self.power(-500)) AND \(dividend) >= \(Self.power(-60)) THEN",
                "CASE WHEN \(dividend) * \(down) / (\(divisor) * \(up)) >= \(Self.power(-176)) THEN \(infinite) ELSE \(plain) END",
                "WHEN \(divisor) < 1 AND \(dividend) >= \(Self.power(500)) THEN",
                "CASE WHEN \(dividend) * \(down) / \(divisor) >= \(Self.power(424)) THEN \(infinite) ELSE \(plain) END",
                "WHEN \(dividend) < 1 AND \(divisor) >= \(Self.power(500)) THEN",
                "CASE WHEN \(dividend) * \(up) / (\(divisor) * \(down)) <= \(Self.power(125)) THEN \(zero) ELSE \(plain) END",
                "WHEN \(dividend) < 1 AND \(divisor) >= 2 THEN",
                "CASE WHEN \(dividend) * \(up) / \(divisor) <= \(Self.power(-475)) THEN \(zero) ELSE \(plain) END",
                "ELSE \(plain) END",
            ].joined(separator: " ")
        }
        return double(text, operands)
    }
}
