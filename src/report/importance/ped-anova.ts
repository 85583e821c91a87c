/**
 * PED-ANOVA: what separates the best trials from all. The importance of a parameter is the Pearson divergence between the
 * density of its values among the best and that among all trials. Watanabe, Bansal & Hutter 2023,
 * https://arxiv.org/abs/2304.10255; for parameters that are active in some trials alone, in its conditional form: Baba et
 * al. 2026, https://arxiv.org/abs/2601.20800. Number for number that of Optuna 5.0.0.
 */
import { normalUpperTail } from '../../stats/distributions.ts';
import { countValues, isLogInt, isUnordered, toUnit } from '../../space/scale.ts';
import type { Json, Param } from '../../space/space.ts';
import { activeRows, bestRows, type Rows } from './rows.ts';

/** Share of the trials that are the best ones. */
const topShare = 0.1;

/** Fewer best trials tell nothing. */
export const fewestTop = 5;

/** Cells of a continuous parameter. */
const mostCells = 50;

/** The best tenth. */
export function topRows(losses: Float64Array): readonly number[] {
  return bestRows(losses, Math.ceil(topShare * losses.length));
}

/** (top / all)^2 * sum over x of p_all(x) (p_top(x) / p_all(x) - 1)^2, one for each parameter. Needs trials. */
export function pedAnova(rows: Rows): readonly number[] {
  const { params, trials, losses } = rows;
  const all = losses.length;
  const top = topRows(losses);
  const isTop = new Uint8Array(all);
  for (const row of top) isTop[row] = 1;
  return params.map(param => {
    const active = activeRows(rows, param);
    const best = active.filter(row => isTop[row]);
    if (active.length < 2 || best.length === 0) return 0;
    const cells = cellsOf(param);
    const [topDensity, density] = [best, active].map(numbers => {
      const counts = new Float64Array(cells.count);
      for (const row of numbers) counts[cells.indexOf(trials[row]!.config[param.name]!)]! += 1;
      return isUnordered(param) ? categoricalDensity(counts) : numericDensity(counts);
    });
    const [alpha, beta] = [best.length / top.length, active.length / all];
    return (top.length / all) ** 2 * (alpha ** 2 / beta) * divergence(topDensity!, density!);
  });
}

function divergence(top: Float64Array, all: Float64Array): number {
  return all.reduce((sum, p, cell) => sum + (p + tiny) * ((top[cell]! + tiny) / (p + tiny) - 1) ** 2, 0);
}

const tiny = 1e-12;

interface Cells {
  readonly count: number;
  indexOf(value: Json): number;
}

/** Cells whose middles lie evenly from the lowest to the highest value on the search scale. */
function cellsOf(param: Param): Cells {
  const values = countValues(param);
  if (isUnordered(param)) return { count: values, indexOf: value => Math.floor(toUnit(param, value) * values) };
  if (!('low' in param)) throw new TypeError(`${param.type} parameters are unordered`);
  const { low, log, step } = param;
  const count = Math.min(isLogInt(param) ? Math.ceil(Math.log(values) / Math.log(2)) + 1 : values, mostCells);
  // Values on a grid may end below `high`.
  const last = step === null || step === 1 ? param.high : log ? low * step ** (values - 1) : low + (values - 1) * step;
  const scale = log ? Math.log : (value: number): number => value;
  const width = (scale(last) - scale(low)) / (count - 1);
  const indexOf = (value: Json): number => {
    const index = Math.ceil((scale(value as number) - scale(low)) / width - 0.5);
    return Math.min(count - 1, Math.max(0, index));
  };
  return { count, indexOf };
}

/** Each choice that occurs has a kernel that gives every choice a little; a uniform one has the weight of one trial. */
function categoricalDensity(counts: Float64Array): Float64Array {
  const kernels = counts.filter(count => count > 0).length + 1;
  const little = 1 / kernels;
  const mass = 1 + counts.length * little;
  const total = sum(counts);
  return counts.map(count => ((total * little + count) / mass + 1 / counts.length) / (total + 1));
}

/** Normal kernels in the cells that occur, cut at both ends; a wide one has the weight of one trial. */
function numericDensity(counts: Float64Array): Float64Array {
  const width = bandwidth(counts);
  const total = sum(counts);
  const cells = counts.length;
  const density = new Float64Array(cells);
  const add = (mean: number, width: number, weight: number): void => {
    const share = weight / (total + 1) / normalMass((-0.5 - mean) / width, (cells - 0.5 - mean) / width);
    for (let cell = 0; cell < cells; cell++)
      density[cell]! += share * normalMass((cell - 0.5 - mean) / width, (cell + 0.5 - mean) / width);
  };
  counts.forEach((count, cell) => {
    if (count > 0) add(cell, width, count);
  });
  add((cells - 1) / 2, cells, 1);
  return density;
}

/** Scott's rule, robust; not so narrow that a kernel lies within its own cell. */
function bandwidth(counts: Float64Array): number {
  const total = sum(counts);
  const mean = counts.reduce((sum, count, cell) => sum + count * cell, 0) / total;
  const squares = counts.reduce((sum, count, cell) => sum + count * (cell - mean) ** 2, 0);
  const deviation = Math.sqrt(squares / Math.max(1, total - 1));
  const occurring = Array.from(counts.keys()).filter(cell => counts[cell]! > 0);
  let below = 0;
  const cumulated = occurring.map(cell => (below += counts[cell]!));
  const first = occurring[cumulated.findIndex(sum => sum >= Math.floor(total / 4))]!;
  const third = occurring[cumulated.findIndex(sum => sum > Math.floor((total * 3) / 4))] ?? occurring.at(-1)!;
  return Math.max(0.5 / 1.64, 1.059 * Math.min((third - first) / 1.34, deviation) * total ** -0.2);
}

function normalMass(a: number, b: number): number {
  return a > 0 ? normalUpperTail(a) - normalUpperTail(b) : normalUpperTail(-b) - normalUpperTail(-a);
}

function sum(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0);
}
