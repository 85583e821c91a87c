/**
 * The two-sample Kolmogorov-Smirnov test, two-sided: do two samples come from one distribution? Small samples get the
 * exact probability (Hodges, The significance probability of the Smirnov two-sample test, 1958), large ones that of the
 * limit distribution (Kolmogorov 1933) at a corrected argument (Vrbik, Small-sample corrections to Kolmogorov-Smirnov
 * test statistic, 2018). With ties both are on the safe side.
 */

export interface TestResult {
  readonly statistic: number;
  readonly p: number;
}

/** Lattice points up to which the exact probability takes about a millisecond. */
const mostPoints = 1_000_000;

/** @param a a sample in ascending order */
export function kolmogorovSmirnov(a: Float64Array, b: Float64Array): TestResult {
  const [n, m] = [a.length, b.length];
  const largest = largestDifference(a, b);
  const statistic = largest / (n * m);
  if (n * m > mostPoints) return { statistic, p: asymptoticTail(statistic, (n * m) / (n + m)) };
  const divisor = greatestCommonDivisor(n, m);
  const steps = largest / divisor;
  return { statistic, p: n === m ? tailOfEqualSizes(n, steps) : exactTail(n, m, divisor, steps) };
}

/** Largest distance of the two cumulative counts, times both sizes: a whole number. */
function largestDifference(a: Float64Array, b: Float64Array): number {
  let [i, j, largest] = [0, 0, 0];
  while (i < a.length && j < b.length) {
    const value = Math.min(a[i]!, b[j]!);
    while (i < a.length && a[i] === value) i++;
    while (j < b.length && b[j] === value) j++;
    largest = Math.max(largest, Math.abs(i * b.length - j * a.length));
  }
  return largest;
}

/** Gnedenko & Korolyuk 1951: 2 (A1 - A2 + A3 - ...), each A a product of ratios, from the inside out. */
function tailOfEqualSizes(n: number, steps: number): number {
  if (steps === 0) return 1;
  let tail = 0;
  for (let k = Math.floor(n / steps); k >= 0; k--) {
    let ratio = 1;
    for (let j = k * steps; j < (k + 1) * steps; j++) ratio *= (n - j) / (n + j + 1);
    tail = ratio * (1 - tail);
  }
  return Math.min(1, 2 * tail);
}

/**
 * The share of the lattice paths from (0, 0) to (n, m) that somewhere leave the band around the diagonal. A random path
 * comes to (i, j) from (i - 1, j) with probability i / (i + j).
 */
function exactTail(n: number, m: number, divisor: number, steps: number): number {
  const [right, up] = [m / divisor, n / divisor];
  // Of paths that end in (i, j), for the i of the moment; 1 outside of the band.
  const shares = Float64Array.from({ length: m + 1 }, (_, j) => (j * up < steps ? 0 : 1));
  for (let i = 1; i <= n; i++) {
    const first = Math.max(0, Math.floor((i * right - steps) / up) + 1);
    const last = Math.min(m, Math.ceil((i * right + steps) / up) - 1);
    let below = 1;
    for (let j = first; j <= last; j++) shares[j] = below = (shares[j]! * i + below * j) / (i + j);
    if (first > last) return 1;
  }
  return shares[m]!;
}

/** @param size the effective sample size */
function asymptoticTail(statistic: number, size: number): number {
  const root = Math.sqrt(size);
  const plain = root * statistic;
  return kolmogorovTail(plain + 1 / (6 * root) + (plain - 1) / (4 * size));
}

/** Of the limit distribution; for small z in the form that converges fast there. */
function kolmogorovTail(z: number): number {
  if (z <= 0) return 1;
  if (z < 1) {
    const terms = [1, 3, 5, 7].map(odd => Math.exp(-((odd * Math.PI) ** 2) / (8 * z * z)));
    return 1 - (Math.sqrt(2 * Math.PI) / z) * terms.reduce((sum, term) => sum + term, 0);
  }
  const terms = [1, -2, 3, -4, 5].map(k => Math.sign(k) * Math.exp(-2 * (k * z) ** 2));
  return 2 * terms.reduce((sum, term) => sum + term, 0);
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
