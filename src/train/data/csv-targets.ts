/** The target columns of a table, which may come in parts: classes, or values. */
import { TuneError, type Problem } from '../../errors.ts';
import { looksLikeClasses, toClasses } from './classes.ts';
import { encodeNumbers, isNumeric, labelsOf } from './csv-columns.ts';
import type { CsvTable } from './csv-table.ts';
import type { LabelledData, Task } from './dataset.ts';
import { concatenate } from './numbers.ts';

export type Targets = Pick<LabelledData, 'task' | 'targetSize' | 'targets' | 'classes'>;

export interface TargetReader {
  /** @throws TuneError DATA_INVALID with the cells that are wrong */
  add(table: CsvTable): void;
  /** @throws TuneError DATA_INVALID for fewer than two classes */
  finish(): Targets;
}

/**
 * Texts are classes, and so are a few different whole numbers.
 * @param first the table, or the first part of it
 * @throws TuneError DATA_INVALID for columns that do not fit the task
 */
export function readTargets(first: CsvTable, columns: readonly number[], task: Task | undefined): TargetReader {
  const [column] = columns as [number];
  const isText = !isNumeric(first, column);
  if (task === 'classification' && columns.length > 1)
    throw new TuneError('DATA_INVALID', severalClasses(first, columns));
  if (task === 'classification' || (task === undefined && columns.length === 1 && isText))
    return readLabels(first, column);
  const texts = columns.filter(column => !isNumeric(first, column));
  if (texts.length > 0)
    throw new TuneError(
      'DATA_INVALID',
      texts.map(column => textTarget(first, column)),
    );
  return readNumbers(first, columns, task === undefined && columns.length === 1);
}

function readLabels(first: CsvTable, column: number): TargetReader {
  const numbers = new Map<string, number>();
  const parts: Int32Array[] = [];
  const numberOf = (label: string): number => {
    const known = numbers.get(label);
    if (known !== undefined) return known;
    numbers.set(label, numbers.size);
    return numbers.size - 1;
  };
  return {
    add(table) {
      parts.push(Int32Array.from(labelsOf(table, column), numberOf));
    },
    finish() {
      const { classes, targets } = toClasses([...numbers.keys()], first.locate('header', column));
      const found = concatenate(Int32Array, parts);
      return { task: 'classification', targetSize: 1, classes, targets: found.map(number => targets[number]!) };
    },
  };
}

/** @param mayBeClasses whether nobody has said that they are values */
function readNumbers(first: CsvTable, columns: readonly number[], mayBeClasses: boolean): TargetReader {
  // Class numbers may be larger than float32 can tell apart.
  const parts: Float64Array[] = [];
  return {
    add(table) {
      encodeNumbers(table, columns);
      parts.push(Float64Array.from(table.rows.flatMap(row => columns.map(column => Number(row[column])))));
    },
    finish() {
      const values = concatenate(Float64Array, parts);
      if (mayBeClasses && looksLikeClasses(values))
        return { task: 'classification', targetSize: 1, ...toClasses(values, first.locate('header', columns[0]!)) };
      return { task: 'regression', targetSize: columns.length, targets: Float32Array.from(values) };
    },
  };
}

function severalClasses({ columns, file }: CsvTable, targets: readonly number[]): Problem {
  return {
    message: `${targets.length} target columns for classification: ${targets.map(target => columns[target]).join(', ')}`,
    where: { file },
    expected: 'one column with the class',
  };
}

function textTarget(table: CsvTable, column: number): Problem {
  return {
    message: `the target column "${table.columns[column]}" holds text`,
    where: table.locate(0, column),
    expected: 'numbers, the targets of regression',
  };
}
