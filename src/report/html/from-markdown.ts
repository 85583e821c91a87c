/**
 * Sections of report.md for the page. They write a small part of Markdown (headings, paragraphs, lists, tables, code,
 * **bold**, _emphasis_), in which text from files has no effect; here it has none either, since every text is escaped.
 */
import { left, right } from '../columns.ts';
import { markup, type Content, type Markup } from './markup.ts';
import { table } from './parts.ts';

/** Headings become those of the third level; `title` names tables that have no heading before them. */
export function fromMarkdown(lines: readonly string[], title = ''): Content {
  let heading = title;
  return blocksOf(lines).map(block => {
    const [first] = block as [string];
    const mark = /^#+ /.exec(first);
    if (mark) {
      heading = plainText(first.slice(mark[0].length));
      return markup`<h3>${inline(first.slice(mark[0].length))}</h3>\n`;
    }
    if (first.startsWith('```')) return markup`<pre><code>${block.slice(1, -1).join('\n')}</code></pre>\n`;
    if (first.startsWith('| ')) return tableOf(block, heading);
    if (first.startsWith('- '))
      return markup`<ul>\n${block.map(line => markup`<li>${inline(line.slice(2))}</li>\n`)}</ul>\n`;
    return markup`<p>${inline(block.join(' '))}</p>\n`;
  });
}

/** Without the heading, for where the page has one of its own. */
export function bodyOf(lines: readonly string[]): readonly string[] {
  return lines[0]?.startsWith('#') ? lines.slice(2) : lines;
}

function blocksOf(lines: readonly string[]): string[][] {
  const blocks: string[][] = [];
  let fence = '';
  let isOpen = false;
  for (const line of lines) {
    if (fence !== '') {
      blocks.at(-1)!.push(line);
      if (line === fence) [fence, isOpen] = ['', false];
    } else if (line === '') isOpen = false;
    else {
      fence = /^`{3,}/.exec(line)?.[0] ?? '';
      if (isOpen && fence === '') blocks.at(-1)!.push(line);
      else blocks.push([line]);
      isOpen = true;
    }
  }
  return blocks;
}

function tableOf([titles, rules, ...rows]: readonly string[], caption: string): Markup {
  const isRight = cellsOf(rules!).map(rule => rule.endsWith(':'));
  const columns = cellsOf(titles!).map((title, index) => (isRight[index] ? right : left)(plainText(title)));
  return table({ caption, columns, rows: rows.map(row => ({ cells: cellsOf(row).map(inline) })) });
}

function cellsOf(line: string): string[] {
  return line
    .slice(2, -2)
    .split(' | ')
    .map(cell => cell.trim());
}

const token =
  /\\(?<escaped>[!-/:-@[-`{-~])|&(?<entity>\w+|#\d+);|(?<ticks>`+)(?<code>.*?)\k<ticks>|\*\*(?<bold>.*?)(?<!\\)\*\*|(?<!\w)_(?<emphasis>.*?)(?<!\\)_(?!\w)/g;

function inline(text: string): Content {
  const content: Content[] = [];
  let end = 0;
  for (const match of text.matchAll(token)) {
    content.push(text.slice(end, match.index));
    end = match.index + match[0].length;
    const { escaped, entity, code, bold, emphasis } = match.groups!;
    if (escaped !== undefined) content.push(escaped);
    else if (entity !== undefined) content.push(character(entity));
    else if (code !== undefined) content.push(markup`<code>${code}</code>`);
    else if (bold !== undefined) content.push(markup`<strong>${inline(bold)}</strong>`);
    else content.push(markup`<em>${inline(emphasis!)}</em>`);
  }
  return [...content, text.slice(end)];
}

const names: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>' };

function character(entity: string): string {
  // What keeps GitHub from reading mentions is of no use here.
  if (entity === '#8203') return '';
  return names[entity] ?? String.fromCodePoint(Number(entity.slice(1)));
}

/** Without marks. */
function plainText(text: string): string {
  return text
    .replaceAll(/\\([!-/:-@[-`{-~])/g, '$1')
    .replaceAll(/&(\w+|#\d+);/g, (_, entity: string) => character(entity));
}
