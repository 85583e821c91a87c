/** Markdown that people read in a terminal, too. */

/** Columns padded to equal width, the first to the left and numbers to the right. */
export function table(headers, rows) {
  const cells = [headers, ...rows].map(row => row.map(cell => String(cell).replaceAll('|', '\\|')));
  const widths = headers.map((_, column) => Math.max(3, ...cells.map(row => row[column].length)));
  const line = row => `| ${row.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |`;
  return [
    line(cells[0]),
    `| ${widths.map(width => '-'.repeat(width)).join(' | ')} |`,
    ...cells.slice(1).map(line),
  ].join('\n');
}

/** Three digits that count. */
export function number(value) {
  return Math.abs(value) >= 1000 ? String(Math.round(value)) : String(Number(value.toPrecision(3)));
}

/** A failure in one cell: the line of its stack that says what is wrong. */
export function failure(text) {
  const lines = text.split('\n');
  return `failed: ${lines.find(line => /^\s*\w*Error\b.*:/.test(line))?.trim() ?? lines[0]}`;
}

export function machineLine(date, { cpus, platform, node }, versions) {
  const all = Object.entries({ Node: node, ...versions }).map(([name, version]) => `${name} ${version}`);
  return `${date.slice(0, 10)}, ${cpus}, ${platform}. ${all.join(', ')}.`;
}
