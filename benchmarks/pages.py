"""Makes a page with two plots from the results of each benchmark: pages.py FOLDER.

./clickstream bench --out FOLDER writes <benchmark>.json there and runs this script in the
notebooks' Python environment. The script writes <benchmark>.md, <benchmark>-targets.svg and
<benchmark>-figures.svg beside the results.
"""

import json
import math
import pathlib
import sys
import textwrap

import matplotlib
from matplotlib.figure import Figure

matplotlib.rcParams.update(
    {
        "svg.hashsalt": "clickstream",
        "svg.fonttype": "none",
        "font.family": "sans-serif",
        "font.size": 9,
    }
)

OURS = "#0072b2"
OTHER = "#8c959f"
MET = "#00805d"
MISSED = "#a8487f"


def met(target):
    ratio, limit = target["ratio"], target["limit"]
    return ratio >= limit if target["sign"] == ">=" else ratio <= limit


def verdict(target):
    return "ok" if met(target) else "missed"


def spread(values):
    runs = "run" if values["runs"] == 1 else "runs"
    span = f"{values['min']:.2f}..{values['max']:.2f}"
    return f"median {values['median']:.2f} ({span}, {values['runs']} {runs})"


def margin(target, ratio):
    """How many times better than its limit a ratio is: 1 at the limit, at least 0.1, at most 10."""
    better, worse = (ratio, target["limit"]) if target["sign"] == ">=" else (target["limit"], ratio)
    if worse == 0:
        return 10 if better > 0 else 1
    return min(10, max(0.1, better / worse))


def bars(axes, names, values, low, high, colors, labels):
    positions = range(len(names))
    axes.barh(positions, values, color=colors, height=0.6)
    errors = [
        [max(0, v - lo) for v, lo in zip(values, low, strict=True)],
        [max(0, hi - v) for v, hi in zip(values, high, strict=True)],
    ]
    axes.errorbar(values, positions, xerr=errors, fmt="none", ecolor="#1f2328", capsize=2)
    for position, label, end in zip(positions, labels, high, strict=True):
        axes.annotate(label, (end, position), (6, 0), textcoords="offset points", va="center")
    axes.set_yticks(positions, names)
    axes.invert_yaxis()
    axes.spines[["top", "right"]].set_visible(False)


def plot_targets(targets, file):
    """Each ratio against its limit, on a logarithmic scale."""
    figure = Figure(figsize=(9, 1 + 0.4 * len(targets)))
    axes = figure.subplots()
    ratios = [margin(t, t["ratio"]) for t in targets]
    ends = [sorted(margin(t, t["rounds"][end]) for end in ("min", "max")) for t in targets]
    logs = [math.log10(r) for r in ratios]
    bars(
        axes,
        [t["name"] for t in targets],
        logs,
        [math.log10(e[0]) for e in ends],
        [math.log10(e[1]) for e in ends],
        [MET if met(t) else MISSED for t in targets],
        [verdict(t) for t in targets],
    )
    axes.axvline(0, color="#57606a", linestyle="--")
    axes.set_xlim(-1, 1.2)
    axes.set_xticks([-1, 0, 1], ["10 times worse", "target", "10 times better"])
    save(figure, file)


def plot_figures(figures, file):
    """Medians and ranges, each figure with its own scale."""
    heights = [1 + len(f["values"]) for f in figures]
    figure = Figure(figsize=(9, 0.42 * sum(heights)))
    rows = figure.subplots(len(figures), 1, squeeze=False, height_ratios=heights)
    for axes, part in zip(rows[:, 0], figures, strict=True):
        names, values = list(part["values"]), list(part["values"].values())
        medians = [v["median"] for v in values]
        bars(
            axes,
            names,
            medians,
            [v["min"] for v in values],
            [v["max"] for v in values],
            [OURS if name.startswith("ours") else OTHER for name in names],
            [f"{m:,.0f}" if m >= 100 else f"{m:.2f}" for m in medians],
        )
        axes.set_title(
            f"{part['title']}, {part['unit']}", loc="left", fontsize=9, fontweight="bold"
        )
        axes.margins(x=0.12)
        axes.set_xlim(left=0)
    save(figure, file)


def save(figure, file):
    figure.tight_layout()
    figure.savefig(file, bbox_inches="tight", metadata={"Date": None, "Creator": None})


def page(result):
    name = result["benchmark"]
    lines = [
        f"# Results of `./clickstream bench {name}{' --quick' if result['quick'] else ''}`",
        "",
    ]
    date, machine = result["date"], result["machine"]
    lines += [f"Measured on {date}:", machine.replace("; ", ";\n") + ".", ""]
    if result["quick"]:
        lines += ["**These sizes are small: they show the direction and prove nothing.**", ""]
    lines += [
        "| comparison | ratio | target | | median and range of the rounds |",
        "|---|---|---|---|---|",
    ]
    for t in result["targets"]:
        cells = [
            t["name"],
            f"{t['ratio']:.2f}",
            f"{t['sign']} {t['limit']:.2f}",
            verdict(t),
            spread(t["rounds"]),
        ]
        lines.append(f"| {' | '.join(cells)} |")
    lines += ["", f"![ratios and targets]({name}-targets.svg)"]
    if result["figures"]:
        lines += [
            "",
            f"![measured values]({name}-figures.svg)",
            "",
            "| value | unit | median and range |",
            "|---|---|---|",
        ]
    for f in result["figures"]:
        lines += [
            f"| {f['title']}, {value} | {f['unit']} | {spread(v)} |"
            for value, v in f["values"].items()
        ]
    if result["notes"]:
        lines += [
            "",
            *(textwrap.fill(f"- {n}", 100, subsequent_indent="  ") for n in result["notes"]),
        ]
    return "\n".join(lines) + "\n"


def main(folder):
    for file in sorted(folder.glob("*.json")):
        result = json.loads(file.read_text())
        name = result["benchmark"]
        plot_targets(result["targets"], folder / f"{name}-targets.svg")
        if result["figures"]:
            plot_figures(result["figures"], folder / f"{name}-figures.svg")
        file.with_suffix(".md").write_text(page(result))


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
