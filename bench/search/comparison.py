"""Statistics of regrets (research/samplers.md 4.4). `Regrets` are those of one checkpoint."""

import numpy as np
from scipy import stats

# {optimiser: {task: {seed: regret}}}
Regrets = dict[str, dict[str, dict[int, float]]]


def common(regrets: Regrets, names: list[str]) -> dict[str, list[int]]:
    """The tasks, and their seeds, that all of these optimisers ran."""
    tasks = {}
    for task in regrets[names[0]]:
        seeds = set.intersection(*(set(regrets[name].get(task, {})) for name in names))
        if seeds:
            tasks[task] = sorted(seeds)
    return tasks


def task_means(regrets: Regrets, name: str, tasks: dict[str, list[int]]) -> np.ndarray:
    return np.array([np.mean([regrets[name][task][seed] for seed in seeds]) for task, seeds in tasks.items()])


def summary(ours: np.ndarray, theirs: np.ndarray) -> dict:
    """Mean regrets of two over the same tasks, and who wins how many of them."""
    return {
        "tasks": ours.size,
        "ours": float(ours.mean()),
        "theirs": float(theirs.mean()),
        "wins": int((ours < theirs).sum()),
        "losses": int((ours > theirs).sum()),
    }


def paired(ours: np.ndarray, theirs: np.ndarray, resamples: int = 10_000) -> dict:
    """The difference of the mean regrets, its 95 % interval over resampled tasks, and Wilcoxon's signed-rank test."""
    differences = ours - theirs
    drawn = np.random.default_rng(0).integers(differences.size, size=(resamples, differences.size))
    low, high = np.quantile(differences[drawn].mean(axis=1), (0.025, 0.975))
    return {
        **summary(ours, theirs),
        "difference": float(differences.mean()),
        "low": float(low),
        "high": float(high),
        "p": float(stats.wilcoxon(ours, theirs).pvalue) if differences.any() else 1.0,
    }


def holm(p_values: list[float]) -> list[float]:
    """Adjusted for being the smallest of several."""
    adjusted, running = [0.0] * len(p_values), 0.0
    for rank, index in enumerate(np.argsort(p_values)):
        running = max(running, (len(p_values) - rank) * p_values[index])
        adjusted[index] = min(1.0, running)
    return adjusted


def mean_ranks(regrets: Regrets, names: list[str], tasks: dict[str, list[int]]) -> dict[str, float]:
    """Over all pairs of task and seed; equal ones share their ranks."""
    rows = [[regrets[name][task][seed] for name in names] for task, seeds in tasks.items() for seed in seeds]
    return dict(zip(names, stats.rankdata(rows, axis=1).mean(axis=0).tolist()))


def friedman(regrets: Regrets, names: list[str], tasks: dict[str, list[int]]) -> dict:
    """Mean ranks of task means, whether they differ at all, and by how much two must differ to be more than chance."""
    means = [task_means(regrets, name, tasks) for name in names]
    ranks = stats.rankdata(np.array(means), axis=0).mean(axis=1)
    p = float(stats.friedmanchisquare(*means).pvalue) if len(names) > 2 else None
    return {"p": p, "ranks": dict(zip(names, ranks.tolist())), "distance": nemenyi(len(names), len(tasks)), "tasks": len(tasks)}


def nemenyi(optimisers: int, tasks: int, alpha: float = 0.05) -> float:
    """The critical difference of mean ranks: q sqrt(k (k + 1) / 6 N), q of the studentized range over sqrt(2)."""
    q = stats.studentized_range.ppf(1 - alpha, optimisers, np.inf) / np.sqrt(2)
    return float(q * np.sqrt(optimisers * (optimisers + 1) / (6 * tasks)))


def calibrate() -> None:
    """Exits when these do not give what is known: critical distances of Demšar 2006, Holm as in R's p.adjust, ranks by hand."""
    regrets = {"a": [0.1, 0.2, 0.0, 0.4], "b": [0.2, 0.2, 0.1, 0.3], "c": [0.3, 0.5, 0.0, 0.5]}
    by_task = {name: {str(task): {0: value} for task, value in enumerate(values)} for name, values in regrets.items()}
    tested = friedman(by_task, list(regrets), common(by_task, list(regrets)))
    made = [nemenyi(4, 14), nemenyi(7, 41), *holm([0.01, 0.04, 0.03]), *tested["ranks"].values()]
    known = [1.25, 1.41, 0.03, 0.06, 0.06, 1.5, 1.875, 2.625]
    if not np.allclose(made, known, atol=0.005):
        raise SystemExit(f"Statistics missed their calibration: {made}, not {known}")
