/** Classes of labels: their names in order, and the number of the class of each example. */
import { TuneError, type Location } from '../../errors.ts';
import { parseNumber } from './numbers.ts';

export interface ClassLabels {
  readonly classes: readonly string[];
  readonly targets: Int32Array;
}

/**
 * Only labels that occur become classes: numbers in ascending order ("1.0" is the class "1"), texts by code unit.
 * @param where the file, for the error
 * @throws TuneError DATA_INVALID for fewer than two classes
 */
export function toClasses(labels: ArrayLike<string | number>, where?: Location): ClassLabels {
  const distinct = [...new Set(Array.from(labels))];
  const numbers = new Map(distinct.map(label => [label, typeof label === 'number' ? label : parseNumber(label)]));
  const isNumeric = [...numbers.values()].every(value => value !== undefined);
  const nameOf = (label: string | number): string => String(isNumeric ? numbers.get(label) : label);
  const names = [...new Set(distinct.map(nameOf))];
  const classes = names.toSorted(isNumeric ? (a, b) => Number(a) - Number(b) : byCodeUnit);
  if (classes.length < 2)
    throw new TuneError('DATA_INVALID', {
      message: `every example has the class "${classes[0]}"`,
      expected: 'two classes or more',
      ...(where && { where }),
    });
  const order = new Map(classes.map((name, index) => [name, index]));
  const indexOf = new Map(distinct.map(label => [label, order.get(nameOf(label))!]));
  return { classes, targets: Int32Array.from(labels, label => indexOf.get(label)!) };
}

/** Up to this many different whole numbers are taken for classes. */
const mostNumbers = 20;

/** Whether numbers that nobody described are more likely classes than values. */
export function looksLikeClasses(values: Iterable<number | undefined>): boolean {
  const distinct = new Set(values);
  return distinct.size <= mostNumbers && [...distinct].every(Number.isInteger);
}

/** Unlike localeCompare, the same on every machine. */
export function byCodeUnit(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
