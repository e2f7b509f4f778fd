"""Writes what SciPy says of Student's t distribution, and of paired samples: two of them, and several compared each with each.

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


def several(settings, count):
    """Each setting compared with each; p-values and intervals hold together by Bonferroni's correction."""
    common = generator.normal(0.97, 0.01, count)
    samples = [common + generator.normal(0.004 * i, 0.002, count) for i in range(settings)]
    places = [(i, k) for i in range(settings) for k in range(i + 1, settings)]
    comparisons = []
    for i, k in places:
        test = stats.ttest_rel(samples[i], samples[k])
        interval = test.confidence_interval(1 - 0.05 / len(places))
        comparisons.append({"p": min(1, len(places) * test.pvalue), "interval": [interval.low, interval.high]})
    return {"samples": [sample.tolist() for sample in samples], "comparisons": comparisons}


print(
    json.dumps(
        {
            "scipy": __import__("scipy").__version__,
            "below": below,
            "quantiles": quantiles,
            "pairs": [pair(count) for count in [2, 3, 5, 10, 30]],
            "several": several(4, 6),
        },
        indent=1,
    )
)
