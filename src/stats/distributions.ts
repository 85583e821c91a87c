/** Tails and quantiles of the normal and of Student's distribution. Press et al., Numerical Recipes, 3rd ed. 2007, 6.1-6.4. */

/** ln of the gamma function for x > 0: Lanczos's approximation with g = 7 and 9 terms. */
export function logGamma(x: number): number {
  const terms = lanczos.reduce((sum, coefficient, index) => sum + coefficient / (x + index), 0.99999999999980993);
  const base = x + 6.5;
  return (x - 0.5) * Math.log(base) - base + Math.log(Math.sqrt(2 * Math.PI) * terms);
}

const lanczos = [
  676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059, 12.507343278686905,
  -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
];

/** Probability that a standard normal number is z or more: 1e-13 exact, and fast. */
export function normalUpperTail(z: number): number {
  if (z < 0) return 1 - normalUpperTail(-z);
  const t = 2 / (2 + z / Math.SQRT2);
  return 0.5 * t * Math.exp((-z * z) / 2 + tailExponent(t));
}

/** That probability over the normal density at z, for z >= 0. */
export function millsRatio(z: number): number {
  const t = 2 / (2 + z / Math.SQRT2);
  return Math.sqrt(Math.PI / 2) * t * Math.exp(tailExponent(t));
}

/** Clenshaw's sum of Chebyshev polynomials. */
function tailExponent(t: number): number {
  const twice = 4 * t - 2;
  let [sum, last] = [0, 0];
  for (let k = tailCoefficients.length - 1; k > 0; k--) {
    const next = twice * sum - last + tailCoefficients[k]!;
    last = sum;
    sum = next;
  }
  return (twice / 2) * sum - last + tailCoefficients[0]!;
}

/** Logarithm of normalUpperTail for z >= 0, also where that is too small for a number. */
function logUpperTail(z: number): number {
  return Math.log(millsRatio(z)) - (z * z) / 2 - logRoot2Pi;
}

/** Logarithm of the probability that a standard normal number lies between a and b, a < b: 1e-12 exact, however far out. */
export function logNormalMass(a: number, b: number): number {
  // Mirrored so that the middle is at or below 0.
  if (a + b > 0) return logNormalMass(-b, -a);
  const width = b - a;
  const middle = (a + b) / 2;
  if (width * Math.max(1, -middle) < 0.5)
    return Math.log(width * narrowShare(middle, width)) - (middle * middle) / 2 - logRoot2Pi;
  if (b > 0) return Math.log1p(-normalUpperTail(-a) - normalUpperTail(b));
  const log = logUpperTail(-b);
  return log + Math.log1p(-Math.exp(logUpperTail(-a) - log));
}

/** Widths beyond which nothing is left that changes the last digit of 1. */
const far = 8.3;

/** Difference of squares of two ends beyond which the farther one's tail is lost in the last digit of the nearer one's. */
const farther = 75;

/** Logarithm of a normal distribution's mass from 0 to 1, for a mean in there. */
export function logNormalMassOfUnit(mean: number, width: number): number {
  const nearer = Math.min(mean, 1 - mean);
  if (nearer > far * width) return 0;
  const [a, b] = [nearer / width, Math.max(mean, 1 - mean) / width];
  const tail = normalUpperTail(a);
  return Math.log1p(b * b - a * a > farther ? -tail : -tail - normalUpperTail(b));
}

export const logRoot2Pi = Math.log(2 * Math.PI) / 2;

/** Mean density of a narrow interval by that of its middle: Taylor's series, whose terms have Hermite's polynomials. */
function narrowShare(middle: number, width: number): number {
  let sum = 1;
  let factor = 1;
  let [last, hermite] = [1, middle];
  for (let k = 2; k <= 10; k += 2) {
    last = middle * hermite - (k - 1) * last;
    factor *= ((width / 2) * (width / 2)) / ((k + 1) * k);
    sum += factor * last;
    hermite = middle * last - k * hermite;
  }
  return sum;
}

/** Of ln(erfc(x) e^(x^2) / t), where t = 2 / (2 + x): test/golden/make-normal-tail.py. */
const tailCoefficients = [
  -0.6513268598908548, 0.6419697923564902, 0.01947647320418598, -0.00956151478680871, -0.0009465953444819025,
  0.0003668394978526559, 4.252332480688553e-5, -2.027857811251607e-5, -1.6242900047554954e-6, 1.303655835640239e-6,
  1.562644147981577e-8, -8.523809593781349e-8, 6.529054460800015e-9, 5.05934328646222e-9, -9.913639613130504e-10,
  -2.2736544262709938e-10, 9.646806828172895e-11, 2.3939265811145535e-12, -6.886017715155979e-12, 8.943826238502073e-13,
  3.1316535017823057e-13, -1.1271704940286482e-13, 1.6056328796156186e-16, 7.052649497363769e-15,
];

/** first + over1 / (next1 + over2 / (next2 + ...)), by Lentz's method. */
function continuedFraction(first: number, part: (n: number) => { readonly over: number; readonly next: number }) {
  let value = first;
  let [c, d] = [first, 0];
  for (let n = 1; n <= 10_000; n++) {
    const { over, next } = part(n);
    d = 1 / awayFromZero(next + over * d);
    c = awayFromZero(next + over / c);
    value *= c * d;
    if (Math.abs(c * d - 1) < 2 * Number.EPSILON) break;
  }
  return value;
}

function awayFromZero(value: number): number {
  return Math.abs(value) < 1e-300 ? 1e-300 : value;
}

/** The regularized incomplete beta function. */
function incompleteBeta(a: number, b: number, x: number): number {
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(b, a, 1 - x);
  if (x <= 0) return 0;
  const front = logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x);
  const value = continuedFraction(1, n => {
    const m = n >> 1;
    const over =
      n % 2 === 0
        ? (m * (b - m) * x) / ((a + n - 1) * (a + n))
        : (-(a + m) * (a + b + m) * x) / ((a + n - 1) * (a + n));
    return { over, next: 1 };
  });
  return Math.exp(front) / (a * value);
}

/** Probability that a number of Student's distribution is t or more. */
export function studentUpperTail(t: number, freedom: number): number {
  if (t < 0) return 1 - studentUpperTail(-t, freedom);
  return 0.5 * incompleteBeta(freedom / 2, 0.5, freedom / (freedom + t * t));
}

/** The t with the given probability above it; 0 < tail <= 0.5. */
export function studentQuantile(tail: number, freedom: number): number {
  let [low, high] = [0, 1];
  while (studentUpperTail(high, freedom) > tail) high *= 2;
  // Bisection until the numbers in between run out.
  for (let middle = (low + high) / 2; low < middle && middle < high; middle = (low + high) / 2) {
    if (studentUpperTail(middle, freedom) > tail) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
