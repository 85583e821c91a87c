"""Coefficients for normalUpperTail of src/stats/distributions.ts, and how far the tail is from SciPy's then.

    python -m venv venv && venv/bin/pip install scipy==1.17.1 && venv/bin/python test/golden/make-normal-tail.py

With t = 2 / (2 + x), erfc(x) = t exp(-x^2 + P), where P is smooth in t: Chebyshev's polynomials in 2 t - 1 fit it to the last
digits (Press et al., Numerical Recipes, 3rd ed. 2007, 6.2.2).
"""
import numpy as np
from numpy.polynomial import chebyshev
from scipy.special import erfc, erfcx

def exponent(s):
    t = (s + 1) / 2
    return np.log(erfcx(2 / t - 2) / t)

coefficients = chebyshev.chebinterpolate(exponent, 60)[:24]
print(", ".join(repr(float(c)) for c in coefficients))
x = np.linspace(0, 26, 40_001)
t = 2 / (2 + x)
print("largest relative error", np.max(np.abs(t * np.exp(-x * x + chebyshev.chebval(2 * t - 1, coefficients)) / erfc(x) - 1)))
