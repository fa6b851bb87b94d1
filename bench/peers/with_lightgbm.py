"""LightGBM on the folds and weights that it is handed: the same rows, indicators and target.

    python with_lightgbm.py GIVEN.npz

Prints R² out of fold of each setting as JSON. It runs in an environment beside the product.
"""

from __future__ import annotations

import json
import sys
import time

import lightgbm as lgb
import numpy as np

SETTINGS = (
    {"learning_rate": 0.05, "num_leaves": 31, "rounds": 300},
    {"learning_rate": 0.03, "num_leaves": 15, "rounds": 400},
    {"learning_rate": 0.03, "num_leaves": 7, "rounds": 600},
    {"learning_rate": 0.02, "num_leaves": 7, "rounds": 1200, "min_data_in_leaf": 50, "feature_fraction": 0.6},
)


def r_squared(truth: np.ndarray, said: np.ndarray, weight: np.ndarray) -> float:
    middle = np.average(truth, weights=weight)
    left = np.average((truth - said) ** 2, weights=weight)
    return float(1 - left / np.average((truth - middle) ** 2, weights=weight))


def out_of_fold(given: dict[str, np.ndarray], setting: dict[str, float]) -> np.ndarray:
    features, truth, weight, fold = (given[name] for name in ("features", "truth", "weight", "fold"))
    options = {name: value for name, value in setting.items() if name != "rounds"}
    options |= {"objective": "regression", "num_threads": 1, "verbose": -1, "deterministic": True, "seed": 1}
    said = np.zeros(len(truth))
    listed = [int(place) for place in given["listed"]]
    for one in np.unique(fold):
        rest = fold != one
        data = lgb.Dataset(features[rest], truth[rest], weight=weight[rest], categorical_feature=listed)
        model = lgb.train(options, data, int(setting["rounds"]))
        said[~rest] = model.predict(features[~rest])
    return said


def main() -> None:
    given = dict(np.load(sys.argv[1]))
    found = []
    for setting in SETTINGS:
        start = time.perf_counter()
        said = out_of_fold(given, setting)
        value = r_squared(given["truth"], said, given["weight"])
        found.append({"setting": setting, "r_squared": value, "seconds": time.perf_counter() - start})
    print(json.dumps({"version": lgb.__version__, "settings": found}))


if __name__ == "__main__":
    main()
