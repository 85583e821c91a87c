/** Demšar's diagram: mean ranks on a line, the best to the left; bars join those that may differ by chance alone. */

const width = 640;
const margin = 150;
const lineHeight = 18;

/** @param regret the part `regret` of the document; a panel for each checkpoint @returns SVG */
export function criticalDifference({ checkpoints }) {
  const panels = checkpoints.filter(({ friedman }) => friedman !== null);
  let y = 0;
  const parts = panels.map(({ trials, friedman }) => {
    const { svg, height } = panel(trials, friedman);
    const placed = `<g transform="translate(0 ${y})">${svg}</g>`;
    y += height;
    return placed;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${y}" font-family="sans-serif" font-size="12">
<rect width="100%" height="100%" fill="white"/>
${parts.join('\n')}
</svg>
`;
}

function panel(trials, { ranks, distance, tasks }) {
  const sorted = Object.entries(ranks).toSorted((a, b) => a[1] - b[1]);
  const last = sorted.length;
  const x = rank => round(margin + ((rank - 1) / (last - 1)) * (width - 2 * margin));
  const bars = cliques(sorted, distance);
  const axis = 58;
  const labels = axis + 12 + bars.length * 7;
  const half = Math.ceil(last / 2);
  const ticks = Array.from({ length: last }, (_, index) => index + 1);
  const svg = [
    text(8, 20, `${trials} trials, ${tasks} tasks`, 'start', ' font-weight="bold"'),
    line(x(1), 34, x(1 + distance), 34, 2),
    text(x(1 + distance) + 6, 38, `critical distance ${distance.toFixed(2)}`),
    line(x(1), axis, x(last), axis, 1),
    ...ticks.map(rank => line(x(rank), axis - 4, x(rank), axis, 1) + text(x(rank), axis - 7, rank, 'middle')),
    ...bars.map(([from, to], index) => line(x(from) - 3, axis + 7 + index * 7, x(to) + 3, axis + 7 + index * 7, 3)),
    ...sorted.map(([name, rank], index) => {
      const isLeft = index < half;
      const level = labels + 8 + (isLeft ? index : last - 1 - index) * lineHeight;
      const [end, anchor] = isLeft ? [margin - 10, 'end'] : [width - margin + 10, 'start'];
      const path = `<path d="M${x(rank)} ${axis}V${level}H${end}" fill="none" stroke="#888"/>`;
      return path + text(end + (isLeft ? -4 : 4), level + 4, `${name} ${rank.toFixed(2)}`, anchor);
    }),
  ].join('');
  return { svg, height: labels + half * lineHeight + 16 };
}

/** The widest runs of neighbours within the distance, each no part of another. */
export function cliques(sorted, distance) {
  const found = [];
  let reached = 0;
  for (const [start, [, from]] of sorted.entries()) {
    const end = sorted.findLastIndex(([, rank]) => rank - from <= distance);
    if (end > start && end > reached) found.push([from, sorted[end][1]]);
    reached = Math.max(reached, end);
  }
  return found;
}

function line(x1, y1, x2, y2, strokeWidth) {
  return `<path d="M${round(x1)} ${y1}L${round(x2)} ${y2}" stroke="black" stroke-width="${strokeWidth}"/>`;
}

function text(x, y, content, anchor = 'start', more = '') {
  return `<text x="${round(x)}" y="${y}" text-anchor="${anchor}"${more}>${content}</text>`;
}

function round(value) {
  return Math.round(value * 10) / 10;
}
