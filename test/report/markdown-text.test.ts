import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { markdownText } from '../../src/report/markdown-text.ts';

// GitHub's own renderer (pip install cmarkgfm) makes no tag of any of these, alone or in a table cell, and shows each as it is.
describe('markdownText', () => {
  test.each([
    ['learningRate', 'learningRate'],
    ['0.001', '0.001'],
    ['-0.5', '-0.5'],
    ['batch_size', String.raw`batch\_size`],
    ['a|b', 'a&#124;b'],
    ['`rm -rf`', '\\`rm -rf\\`'],
    ['[x](javascript:alert(1))', String.raw`\[x\](javascript:alert(1))`],
    ['![x](https://evil.example/x.png)', String.raw`!\[x\](https:&#8203;//evil.example/x.png)`],
    ['<img src=x onerror=alert(1)>', '&lt;img src=x onerror=alert(1)&gt;'],
    ['<!-- ', '&lt;!-- '],
    ['&lt;script&gt;', '&amp;lt;script&amp;gt;'],
    ['@team please', '@&#8203;team please'],
    ['user@example.com', 'user@&#8203;example.com'],
    ['fixes #12', 'fixes #&#8203;12'],
    ['www.example.com', 'www&#8203;.example.com'],
    ['$\\frac{1}{0}$', '&#36;\\\\frac{1}{0}&#36;'],
    ['# heading', '&#8203;# heading'],
    ['- item', '&#8203;- item'],
    ['1. item', '&#8203;1. item'],
    ['---', '&#8203;---'],
    ['**bold** ~~gone~~', String.raw`\*\*bold\*\* \~\~gone\~\~`],
    ['a\nb\r\n# c', String.raw`a\\x0ab\\x0d\\x0a# c`],
    ['\u001b[31mred\u009b0m', String.raw`\\x1b\[31mred\\x9b0m`],
    ['left‮right', String.raw`left\\u202eright`],
  ])('%j', (text, expected) => {
    expect(markdownText(text)).toBe(expected);
  });

  test('leaves nothing that could open markup, a table cell or a line', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), text => {
        const safe = markdownText(text);
        expect(safe).not.toMatch(/[<>|$\n\r]/);
        expect(safe).not.toMatch(/(?<!\\)(?:\\\\)*[`*_~[\]]/);
        expect(safe).not.toMatch(/@(?!&#8203;)/);
      }),
    );
  });
});
