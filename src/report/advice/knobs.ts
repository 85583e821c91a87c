/** Which parameters decide what: by the file where there is one, else by their names. */
import type { Json, Param } from '../../space/space.ts';
import type { AdviceInput, Knob } from './advice.ts';

export type NumericParam = Extract<Param, { type: 'float' | 'int' }>;

export const widthKnobs = ['units', 'filters'];
export const depthKnobs = ['times'];
export const rateKnobs = ['learningRate'];
export const epochKnobs = ['epochs'];

export function isNumeric(param: Param): param is NumericParam {
  return param.type === 'float' || param.type === 'int';
}

/** The parameters with one of these knobs, in the order of the space. */
export function paramsOf({ report, file }: AdviceInput, wanted: readonly string[]): readonly Param[] {
  const keys = wanted.map(plain);
  return report.study.space.params.filter(param => knobOf(file, param).names.some(name => keys.includes(plain(name))));
}

/** Shares, where nobody says what they are of: they stay below 1. */
const share: Knob = { names: [], least: 0, most: 0.95 };

export function knobOf(file: AdviceInput['file'], param: Param): Knob {
  if (file) return Object.hasOwn(file.knobs, param.name) ? file.knobs[param.name]! : { names: [] };
  const names = [param.name, ...(aliases.get(plain(param.name)) ?? [])];
  const isShare = isNumeric(param) && !param.log && param.low >= 0 && param.high < 1;
  return { ...(isShare && share), names };
}

/** What people call knobs. */
const aliases: ReadonlyMap<string, readonly string[]> = new Map([
  ['lr', ['learningRate']],
  ['eta', ['learningRate']],
  ['width', ['units']],
  ['hidden', ['units']],
  ['neurons', ['units']],
  ['depth', ['times']],
  ['wd', ['weightDecay']],
  ['layers', ['times']],
]);

/** "filters2" and "weight_decay" as "filters" and "weightdecay"; but "l2" is no "l1". */
function plain(name: string): string {
  const letters = name.replaceAll(/[^\p{L}\d]/gu, '').toLowerCase();
  return letters.replace(/^(\D{3,}?)\d+$/, '$1');
}

/** Choices that are numbers, lowest first; undefined where some are not. */
export function numericChoices(param: Param): readonly number[] | undefined {
  if (param.type !== 'categorical') return undefined;
  const numbers = param.choices.filter((choice: Json): choice is number => typeof choice === 'number');
  return numbers.length === param.choices.length ? numbers.toSorted((a, b) => a - b) : undefined;
}
