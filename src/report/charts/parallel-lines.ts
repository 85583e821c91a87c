/** The drawing of parallel coordinates. */
import { printable } from '../../text.ts';
import { cut, lengthOf } from '../cut.ts';
import type { ReportedTrial } from '../report.ts';
import { background, best, rankColors } from './colors.ts';
import { evenShare } from './param-axis.ts';
import { svgElement, type SvgElement } from './svg-element.ts';
import type { Tick } from './ticks.ts';

/** Pixels along the axes, and beside the first and the last one. */
const [length, left, right] = [260, 72, 64];
/** Of labels, and of names, which are bold. */
const [characterWidth, boldWidth] = [6.6, 7.4];

/** Below an axis: where trials lie that do not use the parameter, side by side. */
const [unusedFrom, unusedTo] = [20, 40];

/** One axis, and where the trials cross it. */
export interface Column {
  readonly name: string;
  readonly ticks: readonly Tick[];
  /** From 0 to 1; undefined where a trial does not use the parameter. */
  readonly places: readonly (number | undefined)[];
}

/**
 * Lines from axis to axis, the first trial on top. For the script of the page: lines are paths with data-trial,
 * "M72 164 202 98 ...", with a point for each axis; axes are the groups of the class "axis", in the same order.
 * @param trials from the best on
 */
export function parallelLines(trials: readonly ReportedTrial[], columns: readonly Column[]): SvgElement {
  const gap = Math.min(150, Math.max(84, Math.floor(560 / (columns.length - 1))));
  const isCrowded = columns.some(({ name }) => lengthOf(name) * boldWidth > gap - 8);
  const top = isCrowded ? 50 : 34;
  const yOf = (place: number): number => Math.round(top + length * (1 - place));
  const lines = trials.map(({ trial }, row) => {
    const points = columns.map(({ places }, index) => {
      const place = places[row];
      const y =
        place === undefined ? top + length + unusedFrom + (unusedTo - unusedFrom) * evenShare(trial) : yOf(place);
      return `${left + index * gap} ${Math.round(y)}`;
    });
    return svgElement('path', { 'data-trial': trial, d: `M${points.join(' ')}` });
  });
  const axes = columns.map((column, index) => {
    const fromLast = columns.length - 1 - index;
    const room = index === 0 ? left : gap;
    // Names stand in two rows where they are too long for one; none reaches beyond the chart.
    const nameRoom = Math.min((isCrowded ? 2 : 1) * gap - 8, 2 * left, fromLast === 0 ? 2 * right : Infinity);
    const name = cut(printable(column.name), Math.floor(nameRoom / boldWidth));
    return svgElement('g', { class: 'axis', transform: `translate(${left + index * gap} 0)` }, [
      ...scaleMarks(column, { top, yOf, room, side: fromLast === 0 ? 'right' : 'left' }),
      svgElement(
        'text',
        { y: isCrowded && fromLast % 2 === 1 ? 16 : top - 16, 'text-anchor': 'middle', 'font-weight': 600 },
        name,
      ),
    ]);
  });
  const isUnused = columns.some(({ places }) => places.includes(undefined));
  const width = left + (columns.length - 1) * gap + right;
  const height = top + length + (isUnused ? unusedTo : 0) + 12;
  const frame = { viewBox: `0 0 ${width} ${height}`, width, height, fill: 'currentColor' };
  return svgElement('svg', frame, [...colored(lines), ...axes]);
}

/** The worst first, so that better ones lie above them. */
function colored([first, ...others]: readonly SvgElement[]): readonly SvgElement[] {
  const groups = rankColors.map((stroke, rank) => {
    const [from, to] = [rank, rank + 1].map(each => Math.round((each * others.length) / rankColors.length));
    const look = { stroke, 'stroke-opacity': (80 - 5 * rank) / 100, fill: 'none' };
    return svgElement('g', { class: 'trials', ...look }, others.slice(from, to).toReversed());
  });
  const look = { stroke: best, 'stroke-width': 3, 'stroke-linejoin': 'round', fill: 'none' };
  const halo = svgElement('path', { stroke: background, 'stroke-width': 6, d: first!.getAttribute('d')! });
  return [...groups.toReversed(), svgElement('g', { class: 'best', ...look }, [halo, first!])];
}

interface Place {
  readonly top: number;
  /** Pixels for the labels of ticks. */
  readonly room: number;
  readonly side: 'left' | 'right';
  yOf(place: number): number;
}

/** The line of an axis, its ticks and their labels, which stay readable above the lines of trials. */
function scaleMarks({ ticks, places }: Column, { top, room, side, yOf }: Place): readonly SvgElement[] {
  const x = side === 'left' ? -8 : 8;
  const marks = ticks.map(({ at }) => `M0 ${yOf(at)}h${x / 2}`);
  const isUnused = places.includes(undefined);
  const unusedY = top + length + (unusedFrom + unusedTo) / 2;
  const labels = [
    ...ticks.map(({ at, label }) => ({ y: yOf(at), label })),
    ...(isUnused ? [{ y: unusedY, label: 'unused' }] : []),
  ];
  const below = isUnused ? `M0 ${top + length + unusedFrom}v${unusedTo - unusedFrom}` : '';
  const halo = { stroke: background, 'stroke-width': 3, 'stroke-linejoin': 'round', 'paint-order': 'stroke' };
  return [
    svgElement('path', {
      d: `M0 ${top}v${length}${below}${marks.join('')}`,
      stroke: 'currentColor',
      'stroke-opacity': 0.6,
    }),
    svgElement(
      'g',
      { 'text-anchor': side === 'left' ? 'end' : 'start', ...halo },
      labels.map(({ y, label }) =>
        svgElement('text', { x, y: y + 4 }, cut(printable(label), Math.floor((room - 14) / characterWidth))),
      ),
    ),
  ];
}
