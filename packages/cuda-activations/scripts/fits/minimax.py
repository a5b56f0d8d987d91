"""Minimax fits with float32 coefficients.

fit() solves the weighted rational (or polynomial) minimax problem by iteratively reweighted least squares (Lawson) on
Chebyshev nodes; quantise() then rounds the coefficients to float32 one after the other, refitting the rest each time,
and polishes them by a search over neighbouring floats. Reference values come from mpmath with 40 digits.
"""

import mpmath as mp
import numpy as np
from numpy.polynomial import chebyshev

mp.mp.dps = 40


def nodes(low, high, count):
    """Chebyshev nodes of [low, high]."""
    k = np.arange(count)
    return 0.5 * (low + high) + 0.5 * (high - low) * np.cos(np.pi * (k + 0.5) / count)


def sample(function, points):
    """function (mpmath) at each point, rounded to float64."""
    return np.array([float(function(mp.mpf(float(point)))) for point in points])


def evaluate(coefficients, points):
    return np.polynomial.polynomial.polyval(points, coefficients)


class Problem:
    """value(x) ~ offset(x) + factor(x) N(x) / D(x) with D(0) = 1; the error is measured times weight(x)."""

    def __init__(self, x, value, weight, numerator, denominator, factor=None, offset=None):
        self.x, self.value, self.weight = x, value, weight
        self.factor = np.ones_like(x) if factor is None else factor
        self.offset = np.zeros_like(x) if offset is None else offset
        self.degrees = numerator, denominator

    def error(self, numerator, denominator):
        quotient = evaluate(numerator, self.x) / evaluate(denominator, self.x)
        return np.abs((self.offset + self.factor * quotient - self.value) * self.weight)

    def solve(self, fixed_numerator=(), fixed_denominator=(1.0,), iterations=80):
        """Best coefficients whose lowest ones are given. Returns (error, numerator, denominator)."""
        m, n = self.degrees
        scale = np.max(np.abs(self.x))
        powers = (self.x[:, None] / scale) ** np.arange(max(m, n) + 1)
        target = self.value - self.offset
        known = self.factor * evaluate(fixed_numerator, self.x) if len(fixed_numerator) else np.zeros_like(self.x)
        known = known - target * evaluate(fixed_denominator, self.x)
        free_n, free_d = range(len(fixed_numerator), m + 1), range(len(fixed_denominator), n + 1)
        matrix = np.hstack([powers[:, list(free_n)] * self.factor[:, None], -powers[:, list(free_d)] * target[:, None]])
        lawson, denominator, best = np.ones_like(self.x), np.ones_like(self.x), None
        for _ in range(iterations):
            row = np.sqrt(lawson) * self.weight / np.abs(denominator)
            a, b = matrix * row[:, None], -known * row
            columns = np.linalg.norm(a, axis=0)
            solution = np.linalg.lstsq(a / columns, b, rcond=1e-17)[0] / columns
            split = len(free_n)
            num = np.concatenate([fixed_numerator, solution[:split] / scale ** np.array(list(free_n), dtype=float)])
            den = np.concatenate([fixed_denominator, solution[split:] / scale ** np.array(list(free_d), dtype=float)])
            denominator = evaluate(den, self.x)
            error = self.error(num, den)
            if best is None or error.max() < best[0]:
                best = error.max(), num, den
            lawson = np.maximum(lawson * (error / error.max()) ** 0.7, 1e-14)
            lawson /= lawson.max()
        return best


def quantise(problem, fixed_numerator=(), rounds=400, seed=1):
    """Float32 coefficients near the optimum. Returns (error, numerator, denominator)."""
    m, n = problem.degrees
    num, den = list(np.float32(fixed_numerator).astype(float)), [1.0]
    while len(num) <= m or len(den) <= n:
        _, full_n, full_d = problem.solve(num, den, iterations=30)
        if len(num) <= m:
            num.append(float(np.float32(full_n[len(num)])))
        if len(den) <= n:
            den.append(float(np.float32(full_d[len(den)])))
    num, den = np.array(num), np.array(den)
    best = problem.error(num, den).max()
    random = np.random.default_rng(seed)
    free = [(0, i) for i in range(len(fixed_numerator), m + 1)] + [(1, i) for i in range(1, n + 1)]
    for _ in range(rounds):
        trial = [num.astype(np.float32), den.astype(np.float32)]
        for which, index in [free[k] for k in random.choice(len(free), size=min(len(free), int(random.integers(1, 4))), replace=False)]:
            for _ in range(int(random.integers(1, 3))):
                trial[which][index] = np.nextafter(trial[which][index], np.float32(random.choice([-np.inf, np.inf])))
        error = problem.error(trial[0].astype(float), trial[1].astype(float)).max()
        if error < best:
            best, num, den = error, trial[0].astype(float), trial[1].astype(float)
    return best, num, den


def report(name, result):
    """Prints the fit; coefficients from the constant term up."""
    error, numerator, denominator = result
    print(f'{name}: error 2^{np.log2(error):.2f}')
    for label, values in (('N', numerator), ('D', denominator)):
        if len(values) > 1 or label == 'N':
            print(f'  {label}: ' + ', '.join('%.9gf' % v if any(c in '%.9g' % v for c in '.e') else '%.9g.0f' % v for v in values))
