"""Writes what SciPy says of Student's t distribution, of paired samples and of corrected p-values.

    python interop/scipy/write_statistics.py > packages/practice/test/fixtures/statistics.json
"""

import json

import numpy as np
from scipy import stats

generator = np.random.default_rng(20)
below = [
    [t, freedom, stats.t.cdf(t, freedom)]
    for freedom in [1, 2, 3, 4.5, 9, 30, 200]
    for t in [-40.0, -3.2, -0.7, 0.0, 1e-3, 1.0, 2.5, 12.0]
]
quantiles = [
    [share, freedom, stats.t.ppf(share, freedom)]
    for freedom in [1, 2, 4, 9, 30, 200]
    for share in [0.001, 0.025, 0.5, 0.9, 0.975, 0.999, 0.99999]
]


def pair(count):
    first = generator.normal(0.97, 0.01, count)
    second = first + generator.normal(0.004, 0.006, count)
    test = stats.ttest_rel(first, second)
    interval = test.confidence_interval(0.95)
    mean = stats.t.interval(0.95, count - 1, first.mean(), stats.sem(first))
    return {
        "first": first.tolist(),
        "second": second.tolist(),
        "deviation": first.std(ddof=1),
        "meanInterval": list(mean),
        "p": test.pvalue,
        "difference": (first - second).mean(),
        "interval": [interval.low, interval.high],
    }


def holm(p):
    """As R's p.adjust(p, "holm"): SciPy has no such function."""
    order = np.argsort(p)
    adjusted = np.minimum(1, np.maximum.accumulate((len(p) - np.arange(len(p))) * np.array(p)[order]))
    result = np.empty(len(p))
    result[order] = adjusted
    return result.tolist()


p = [0.01, 0.04, 0.03, 0.005, 0.6, 0.03]
print(
    json.dumps(
        {
            "scipy": __import__("scipy").__version__,
            "below": below,
            "quantiles": quantiles,
            "pairs": [pair(count) for count in [2, 3, 5, 10, 30]],
            "holm": {"p": p, "corrected": holm(p)},
        },
        indent=1,
    )
)
