"""Points that run as experts say: the nearest monotone function, never one bin against the rest.

A function of one indicator is replaced by the nearest one (weighted least squares) that rises or
falls as asked: isotonic regression, Barlow et al. (1972). Where such an indicator also stands in
pairs, its own function is laid into their grids in equal parts and each grid is made monotone in
that direction. So every line is monotone by itself, and rounding, which keeps order, cannot undo
it; a test reads it off the published points.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from scipy.optimize import isotonic_regression

from familycard.scoring.fitting.additive import Additive, Features
from familycard.scoring.fitting.survey import Floats

ROUNDS = 30
"""Of turns between the two directions of a grid; what is left is settled by a running maximum."""


def made_monotone(model: Additive, features: Features, weight: Floats) -> Additive:
    """The model with every asked direction kept."""
    mains, pairs = dict(model.mains), dict(model.pairs)
    for name, direction in features.directions.items():
        if not direction or name not in mains:
            continue
        within = [pair for pair in pairs if name in pair]
        if within:
            own = mains.pop(name)
            for pair in within:
                shape = (-1, 1) if pair[0] == name else (1, -1)
                pairs[pair] = pairs[pair] + (own / len(within)).reshape(shape)
        else:
            mass = _mass(features, (name,), weight, mains[name].shape)
            mains[name] = _running(mains[name], mass, direction, 0)
    for pair, grid in pairs.items():
        pairs[pair] = _monotone_grid(
            grid, _mass(features, pair, weight, grid.shape), pair, features.directions
        )
    return Additive(model.intercept, mains, pairs)


def _mass(features: Features, names: tuple[str, ...], weight: Floats, shape: tuple[int, ...]) -> Floats:
    """The weight in each bin or cell; a little everywhere, so that empty ones follow their neighbours."""
    places = [
        np.where(np.isnan(features.codes[name]), size - 1, features.codes[name]).astype(np.int64)
        for name, size in zip(names, shape, strict=True)
    ]
    mass = np.full(shape, weight.mean() * 1e-3)
    np.add.at(mass, tuple(places), weight)
    return mass


def _monotone_grid(
    grid: Floats, mass: Floats, pair: tuple[str, str], directions: Mapping[str, int]
) -> Floats:
    asked = [(axis, directions.get(name, 0)) for axis, name in enumerate(pair) if directions.get(name, 0)]
    if len(asked) == 1:
        return _running(grid, mass, asked[0][1], asked[0][0])
    for _ in range(ROUNDS if asked else 0):
        for axis, direction in asked:
            grid = _running(grid, mass, direction, axis)
    for axis, direction in asked:
        grid = _settled(grid, direction, axis)
    return grid


def _running(values: Floats, mass: Floats, direction: int, axis: int) -> Floats:
    """Isotonic along one axis; the place of the unknown, the last, stays as it is."""
    lines, weights = np.moveaxis(values, axis, -1).copy(), np.moveaxis(mass, axis, -1)
    for place in np.ndindex(lines.shape[:-1]):
        known = direction * lines[place][:-1]
        lines[place][:-1] = direction * isotonic_regression(known, weights=weights[place][:-1]).x
    return np.moveaxis(lines, -1, axis)


def _settled(values: Floats, direction: int, axis: int) -> Floats:
    lines = np.moveaxis(values, axis, -1).copy()
    lines[..., :-1] = direction * np.maximum.accumulate(direction * lines[..., :-1], axis=-1)
    return np.moveaxis(lines, -1, axis)
