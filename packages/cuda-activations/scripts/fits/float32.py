"""The float32 coefficients of native/math/: run with mpmath and numpy installed (python float32.py [name])."""

import sys

import mpmath as mp
import numpy as np

from minimax import Problem, nodes, quantise, report, sample

HALF_LN2 = float(mp.log(2) / 2) * 1.0005


def scaled_tail(a):
    return mp.erfc(a / mp.sqrt(2)) / 2 * mp.exp(a * a / 2)


def exponential(degree=6):
    """e^r = 1 + r + r^2 q(r), |r| <= ln2 / 2; relative error of e^r."""
    x = nodes(-HALF_LN2, HALF_LN2, 801)
    x = x[np.abs(x) > 1e-6]
    value = sample(mp.exp, x)
    return quantise(Problem(x, value, 1 / value, degree - 2, 0, factor=x * x, offset=1 + x))


def power_of_two(degree=6):
    """2^f = 1 + f q(f), |f| <= 1 / 2; relative error of 2^f."""
    x = nodes(-0.50025, 0.50025, 800)
    value = sample(lambda f: mp.mpf(2) ** f, x)
    return quantise(Problem(x, value, 1 / value, degree - 1, 0, factor=x, offset=1 + 0 * x), rounds=3000)


def exponential_minus_one(degree=6):
    """e^r - 1 = r + r^2 q(r), |r| <= ln2 / 2; relative error of e^r - 1."""
    x = nodes(-HALF_LN2, HALF_LN2, 800)
    value = sample(mp.expm1, x)
    return quantise(Problem(x, value, 1 / np.abs(value), degree - 2, 0, factor=x * x, offset=x))


def mills_ratio():
    """Phi(-a) e^(a^2 / 2) = n(a) / d(a), 0 <= a <= 15; relative error."""
    a = nodes(0, 15.02, 1500)
    value = sample(scaled_tail, a)
    return quantise(Problem(a, value, 1 / value, 4, 5), fixed_numerator=(0.5,), rounds=6000)


def mills_moment(scale=0.85, c=3.76, middle=0.45, half_log2e=0.721347511, degree=8):
    """scale (a + c) Phi(-a) 2^(half_log2e a^2) = p(v), v = middle - a / (scale (a + c)), 0 <= a <= 14.4, beyond which a Phi(-a) is 0; relative error.

    half_log2e is log2(e) / 2 as a float, so that the exponential that p is multiplied with needs no more of it; c follows from
    scale and scale c as floats.
    """
    scale, middle, half_log2e = (float(np.float32(each)) for each in (scale, middle, half_log2e))
    c = float(np.float32(scale * c)) / scale
    s = nodes(0, 14.4 / (14.4 + c), 700)
    value = sample(lambda a: scale * (a + mp.mpf(c)) * mp.erfc(a / mp.sqrt(2)) / 2 * mp.mpf(2) ** (mp.mpf(half_log2e) * a * a), c * s / (1 - s))
    return quantise(Problem(middle - s / scale, value, 1 / value, degree, 0), rounds=5000)


def hyperbolic_tangent(low_limit=0.65, degree=4):
    """tanh(x) = x + x u q(u), u = x^2, |x| <= low_limit; relative error."""
    x = nodes(0.003, low_limit, 600)
    value = sample(mp.tanh, x)
    u = x * x
    return quantise(Problem(u, value, 1 / value, degree, 0, factor=x * u, offset=x))


def lisht_derivative(low_limit=0.35, degree=3):
    """tanh(x) + x / cosh(x)^2 = 2 x + x u q(u), u = x^2, |x| <= low_limit; relative error."""
    x = nodes(0.003, low_limit, 600)
    value = sample(lambda t: mp.tanh(t) + t * mp.sech(t) ** 2, x)
    u = x * x
    return quantise(Problem(u, value, 1 / value, degree, 0, factor=x * u, offset=2 * x))


def tanh_shrink(limit=1.06, degree=8):
    """x - tanh(x) = x u q(u), u = x^2, |x| <= limit; relative error."""
    x = nodes(0.003, limit, 600)
    value = sample(lambda t: t - mp.tanh(t), x)
    return quantise(Problem(x * x, value, 1 / value, degree, 0, factor=x**3))


def logarithm(degree=4):
    """log(1 + z) = 2 s + s u q(u), s = z / (2 + z), u = s^2, 0 <= z <= 1; relative error."""
    s = nodes(0.001, 1 / 3 * 1.0001, 500)
    value = sample(lambda t: 2 * mp.atanh(t), s)
    return quantise(Problem(s * s, value, 1 / value, degree, 0, factor=s**3, offset=2 * s))


FITS = {
    'exponential': exponential,
    'power_of_two': power_of_two,
    'exponential_minus_one': exponential_minus_one,
    'mills_ratio': mills_ratio,
    'mills_moment': mills_moment,
    'hyperbolic_tangent': hyperbolic_tangent,
    'lisht_derivative': lisht_derivative,
    'tanh_shrink': tanh_shrink,
    'logarithm': logarithm,
}

if __name__ == '__main__':
    for name in sys.argv[1:] or FITS:
        report(name, FITS[name]())
