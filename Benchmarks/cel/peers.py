"""Times other implementations of the language on the cases that CELBenchmark describes, and prints all side by side.

    CELBenchmark cases > cases.json
    CELBenchmark results > ours.json
    peers.py cases.json ours.json

Each is used in the fastest way it offers: compiled once, with the data brought into its own form beforehand.
What none of its functions does is registered as a function of the host. `run` does all of this.
"""

import ctypes
import datetime
import importlib.metadata
import json
import statistics
import sys
import time


def from_json(value):
    """Plain Python values, timestamps as datetimes."""
    if isinstance(value, dict):
        if list(value) == ["timestamp"]:
            return datetime.datetime.fromisoformat(value["timestamp"].replace("Z", "+00:00"))
        return {key: from_json(item) for key, item in value.items()}
    if isinstance(value, list):
        return [from_json(item) for item in value]
    return value


class Google:
    package = "cel-expr-python"

    def __init__(self, bindings):
        from cel_expr_python import cel
        from cel_expr_python.ext import ext_strings

        rows = cel.Type.Map(cel.Type.STRING, cel.Type.DYN)
        types = {dict: rows, list: cel.Type.List(rows), datetime.datetime: cel.Type.TIMESTAMP}
        variables = {name: types[type(value)] for name, value in bindings.items()}
        self.environment = cel.NewEnv(variables=variables, extensions=[ext_strings.ExtStrings()])
        self.activation = self.environment.Activation(bindings)

    def stages(self, expression):
        program = self.environment.compile(expression)
        return program, {
            "parse": lambda: self.environment.compile(expression, disable_check=True),
            "compile": lambda: self.environment.compile(expression),
            "evaluate": lambda: program.eval(self.activation),
        }

    def result(self, program):
        return program.eval(self.activation).plain_value()


class CelPython:
    package = "cel-python"

    def __init__(self, bindings):
        import celpy
        from celpy import celtypes

        def join(strings, separator):
            return celtypes.StringType(separator.join(strings))

        self.environment = celpy.Environment()
        self.functions = {"join": join}
        self.bindings = {name: celpy.json_to_cel(value) for name, value in bindings.items()}

    def stages(self, expression):
        program = self.environment.program(self.environment.compile(expression), functions=self.functions)
        return program, {
            "parse": lambda: self.environment.compile(expression),
            "compile": lambda: self.environment.program(self.environment.compile(expression), functions=self.functions),
            "evaluate": lambda: program.evaluate(self.bindings),
        }

    def result(self, program):
        return program.evaluate(self.bindings)


class Rust:
    package = "common-expression-language"

    def __init__(self, bindings):
        import cel

        self.cel = cel
        self.context = cel.Context(bindings)
        self.context.add_function("join", lambda strings, separator: separator.join(strings))

    def stages(self, expression):
        program = self.cel.compile(expression)
        return program, {
            "compile": lambda: self.cel.compile(expression),
            "evaluate": lambda: program.execute(self.context),
        }

    def result(self, program):
        return program.execute(self.context)


PEERS = [Google, CelPython, Rust]


def counter():
    """How often this thread has called malloc; None without allocations.c preloaded."""
    try:
        function = ctypes.CDLL(None).benchmark_allocations
    except AttributeError:
        return None
    function.restype = ctypes.c_uint64
    return function


def measure(body, seconds=0.1, rounds=9):
    """(nanoseconds of the thread's processor time, allocations) per call; the empty loop is taken off."""

    def run(count):
        repeat = range(count)
        start = time.thread_time_ns()
        for _ in repeat:
            body()
        taken = time.thread_time_ns() - start
        start = time.thread_time_ns()
        for _ in repeat:
            pass
        return taken - (time.thread_time_ns() - start)

    count = 1
    while (taken := run(count)) < seconds / 4 * 1e9 / rounds:
        count *= 2
    count = max(1, int(count * seconds * 1e9 / rounds / taken))
    nanoseconds = statistics.median(run(count) / count for _ in range(rounds))
    allocations = None
    if count_of := counter():
        before = count_of()
        for _ in range(count):
            body()
        allocations = (count_of() - before) / count
    return nanoseconds, allocations


def same(left, right):
    if isinstance(right, list):
        return len(left) == len(right) and all(same(a, b) for a, b in zip(left, right))
    return left == right


def peers(cases):
    for case in cases:
        bindings = {name: from_json(value) for name, value in case["bindings"].items()}
        for peer in PEERS:
            instance = peer(bindings)
            program, stages = instance.stages(case["expression"])
            found = instance.result(program)
            if not same(found, from_json(case["result"])):
                sys.exit(f"{peer.package} gives {found} for {case['expression']}")
            for stage, body in stages.items():
                nanoseconds, allocations = measure(body)
                yield {
                    "case": case["name"], "variant": peer.package, "stage": stage, "ns": nanoseconds, "allocations": allocations,
                }


def shown(nanoseconds):
    return f"{nanoseconds / 1000:.2f}" if nanoseconds < 10_000 else f"{nanoseconds / 1000:,.0f}"


def table(cases, figures, key, show):
    ours = ["maps", "records"]
    others = [peer.package for peer in PEERS]
    found = {(f["case"], f["stage"], f["variant"]): f[key] for f in figures}
    print("| expression | stage | " + " | ".join(ours + others) + " |")
    print("|---" * (2 + len(ours) + len(others)) + "|")
    for case in cases:
        for stage in ["parse", "compile", "evaluate"]:
            base = found[case["name"], stage, "maps"]
            cells = [show(found[case["name"], stage, variant]) for variant in ours]
            for other in others:
                value = found.get((case["name"], stage, other))
                # Of no allocations there is no multiple.
                times = f" ({value / base:,.1f}×)" if value is not None and round(base) > 0 else ""
                cells.append("" if value is None else show(value) + times)
            print(f"| {case['name']} | {stage} | " + " | ".join(cells) + " |")


def main():
    cases, ours = (json.load(open(path)) for path in sys.argv[1:3])
    figures = ours + list(peers(cases))
    print(", ".join(f"{peer.package} {importlib.metadata.version(peer.package)}" for peer in PEERS))
    if figures[0]["allocations"] is None:
        print("\nMicroseconds of processor time:\n")
        table(cases, figures, "ns", shown)
    else:
        print("\nAllocations:\n")
        table(cases, figures, "allocations", lambda value: f"{value:,.0f}")
    slower = [
        f"{f['variant']} {f['stage']} {f['case']}" for f in figures if f["variant"] not in ("maps", "records") and f["allocations"] is None
        and f["ns"] < next(g["ns"] for g in ours if (g["case"], g["stage"], g["variant"]) == (f["case"], f["stage"], "maps"))
    ]
    if slower:
        sys.exit("ahead of this one: " + ", ".join(slower))


main()
