"""From single measurements to a table of medians and ratios."""

from statistics import median

import msgspec


class Run(msgspec.Struct):
    """One measurement: `rate` in requests (or transactions) a second, `p50` and `p99` in ms.

    `processor_ms` is what the contender's two processes used for a request, without PostgreSQL; `generator` the load
    generator's share of one processor.
    """

    kind: str
    contender: str
    size: int
    rate: float
    p50: float
    p99: float
    seconds: float
    processor_ms: float
    statuses: dict[str, int]
    generator: float = 0.0


class Figures(msgspec.Struct):
    """`memory` in MiB, resident and proportional, of one web process and one worker; `series` in ms, by size.

    `free` in ms by how many resources there are, `release` in ms by size.
    """

    runs: list[Run] = []
    memory: dict[str, tuple[float, float]] = {}
    series: dict[int, dict[str, float]] = {}
    free: dict[int, dict[str, float]] = {}
    release: dict[int, dict[str, float]] = {}

    def of(self, kind: str, contender: str, size: int) -> list[Run]:
        return [run for run in self.runs if (run.kind, run.contender, run.size) == (kind, contender, size)]

    def rate(self, kind: str, contender: str, size: int) -> float:
        return median(run.rate for run in self.of(kind, contender, size))


def table(figures: Figures) -> str:
    sizes = sorted({run.size for run in figures.runs})
    lines = [
        "| at | what | ours/s | bare/s | ours ÷ bare | p50 | p99 | processor time, ours / bare |",
        "|" + "---|" * 8,
    ]
    for size in sizes:
        lines += [_against_bare(figures, kind, size) for kind in ("bookings", "pages", "searches")]
    lines += ["", "| | |", "|---|---|"]
    for kind in ("bookings", "pages", "searches"):
        ratio = figures.rate(kind, "ours", sizes[0]) / figures.rate(kind, "ours", sizes[-1])
        lines.append(f"| {kind}: a request at {sizes[-1]:,} costs that at {sizes[0]:,} times | {ratio:.2f} |")
    for size in sizes:
        for clients in (8, 32):
            rate = figures.rate(f"pgbench {clients}", "pgbench", size)
            share = figures.rate("bookings", "ours", size) / rate
            lines.append(
                f"| pgbench's same transaction, {clients} clients, at {size:,} | {rate:,.0f}/s; ours is {share:.2f} |"
            )
        for contender in ("ours", "bare"):
            runs = figures.of("rush", contender, size)
            answers = ", ".join(f"{count} × {status}" for status, count in sorted(runs[-1].statuses.items()))
            times = [run.seconds for run in runs]
            lines.append(
                f"| 200 at one slot, {contender}, at {size:,} | {answers}; all within "
                f"{median(times):.2f} s, at worst {max(times):.2f} s |"
            )
    for size, took in figures.series.items():
        lines.append(
            f"| a series of 52 weeks at {size:,}: preview, booking; 52 single bookings one after the other "
            f"| {took['preview']:.0f} ms, {took['booking']:.0f} ms; {took['one by one']:.0f} ms |"
        )
    for size, took in figures.release.items():
        lines.append(
            f"| a cancellation at {size:,}, with 1,000 in line, with none: until the offer is committed "
            f"| {took['waited for']:.0f} ms, {took['alone']:.0f} ms |"
        )
    for resources, took in figures.free.items():
        lines.append(
            f"| `/free` over {resources:,} resources, in the database: p50, p99 "
            f"| {took['p50']:.1f} ms, {took['p99']:.1f} ms |"
        )
    for name, (resident, proportional) in figures.memory.items():
        lines.append(
            f"| memory of one {name} process | {resident:.0f} MiB resident, {proportional:.0f} MiB shared out |"
        )
    busiest = max(run.generator for run in figures.runs)
    lines.append(f"| the load generator's share of one processor, at most | {busiest:.2f} |")
    return "\n".join(lines)


def _against_bare(figures: Figures, kind: str, size: int) -> str:
    ours, bare = figures.of(kind, "ours", size), figures.of(kind, "bare", size)
    rate = median(run.rate for run in ours)
    own_time = median(run.processor_ms for run in ours)
    cells = [f"{size:,}", kind, f"{rate:,.0f}"]
    if bare:
        bare_rate = median(run.rate for run in bare)
        bare_time = median(run.processor_ms for run in bare)
        cells += [f"{bare_rate:,.0f}", f"{rate / bare_rate:.2f}"]
    else:
        cells += ["", ""]
    cells += [f"{median(run.p50 for run in ours):.1f} ms", f"{median(run.p99 for run in ours):.1f} ms"]
    cells.append(f"{own_time:.2f} ms" + (f" / {bare_time:.2f} ms" if bare else ""))
    return f"| {' | '.join(cells)} |"
