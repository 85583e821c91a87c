/** Paths as the user would write them. */
import { isAbsolute, relative } from 'node:path';
import { printable } from '../text.ts';

/** Relative to the current folder, for what lies in it. */
export function shownPath(path: string): string {
  const near = relative(process.cwd(), path);
  return printable(near === '' || near.startsWith('..') || isAbsolute(near) ? path : near);
}

const labels = {
  html: 'report',
  markdown: 'as text',
  json: 'as JSON',
  model: 'model',
  journal: 'journal',
  database: 'database',
} as const;

/** Where everything is: one line for each file there is; a database has an address. */
export function fileLines(files: Readonly<Partial<Record<keyof typeof labels, string>>>): string[] {
  return Object.entries(labels).flatMap(([key, label]) => {
    const path = files[key as keyof typeof labels];
    return path === undefined ? [] : [`${label.padEnd(9)}${key === 'database' ? printable(path) : shownPath(path)}`];
  });
}
