/** The protocol in words, from its schemas: for `tune serve --help` and FEATURES.md. */
import { toJsonSchema } from '../space/json-schema.ts';
import { wordsOf } from '../space/words.ts';
import { cell } from '../tune/features.ts';
import { failure, operations, type Operation } from './protocol.ts';

const rules =
  'Requests come in on stdin, one JSON object a line; each is answered by one line on stdout, in their order. Blank lines ' +
  'are passed over. A request that cannot be met is answered by an "error", and changes nothing. NaN and Infinity may be ' +
  'written as such, as Python does, or as text. The program ends with its input; whatever it has answered by then is ' +
  'stored, if the study has a storage.';

const width = 96;

/** For a terminal. */
export function protocolText(): string {
  const blocks = Object.entries(operations).map(([op, { summary, request, answer }]) =>
    [
      `  ${wrapped(`${op}: ${summary}`, width - 2).join('\n  ')}`,
      ...rows('takes', request),
      ...rows('answers', answer),
    ].join('\n'),
  );
  return [
    '',
    ...wrapped(rules, width),
    '',
    ...blocks.flatMap(block => [block, '']),
    '  any request that cannot be met:',
    ...rows('error', failure.shape.error),
    '',
  ].join('\n');
}

function rows(title: string, schema: Operation['request']): string[] {
  return keysOf(schema).map(({ key, words }, index) => {
    const head = `    ${(index === 0 ? title : '').padEnd(9)}${key.padEnd(14)}`;
    return `${head}${wrapped(words, width - head.length).join(`\n${' '.repeat(head.length)}`)}`;
  });
}

/** For FEATURES.md. */
export function protocolMarkdown(): string {
  return [
    '## `tune serve`',
    '',
    'Samplers and pruners for objectives in any language. '.concat(rules),
    '',
    '| op | what it does | keys | keys of the answer |',
    '| --- | --- | --- | --- |',
    ...Object.entries(operations).map(
      ([op, { summary, request, answer }]) => `| \`${op}\` | ${cell(summary)} | ${list(request)} | ${list(answer)} |`,
    ),
    `| any | A request that cannot be met. | | ${list(failure.shape.error)} |`,
    '',
  ].join('\n');
}

function list(schema: Operation['request']): string {
  return cell(
    keysOf(schema)
      .map(({ key, words }) => `\`${key}\`: ${words}`)
      .join('<br>'),
  );
}

/** Every key but the name of the operation. */
function keysOf(schema: Operation['request']): { readonly key: string; readonly words: string }[] {
  const { properties = {}, required = [] } = toJsonSchema(schema);
  return Object.entries(properties)
    .filter(([key]) => key !== 'op')
    .map(([key, value]) => {
      const standard = value.default === undefined ? '' : `, default ${JSON.stringify(value.default)}`;
      const isNeeded = required.includes(key) && value.default === undefined;
      return { key, words: `${wordsOf(value)}${standard}${isNeeded ? '' : ' (optional)'}` };
    });
}

function wrapped(text: string, width: number): string[] {
  const lines = [''];
  for (const word of text.split(' ')) {
    const last = lines.at(-1)!;
    if (last !== '' && last.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`;
  }
  return lines;
}
