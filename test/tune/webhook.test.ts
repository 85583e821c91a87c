/** The webhook of a night, against a server that takes it, refuses it, or is not there. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import type { Nightly, NightlyStudy } from '../../src/report/nightly.ts';
import { messageOf, postMessage } from '../../src/tune/webhook.ts';

const study: NightlyStudy = {
  study: 'digits',
  spaceFile: 'digits.json',
  state: 'failed',
  problems: ['no <b>trial</b> completed\n& nothing else'],
  trend: [],
  failures: 3,
  seconds: 1,
};

function nightOf(studies: readonly NightlyStudy[]): Nightly {
  const at = '2026-03-04T05:06:07.000Z';
  return { schema: 'tune-nightly/1', startedAt: at, finishedAt: at, studies };
}

const message = messageOf(nightOf([study]));
let server: Server | undefined;
afterEach(() => void server?.close());

/** Answers with these codes in turn; gives its address, and what it was sent. */
async function serve(codes: readonly number[], headers: Record<string, string> = {}) {
  const bodies: string[] = [];
  server = createServer((request: IncomingMessage, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      bodies.push(body);
      response.writeHead(codes[Math.min(bodies.length, codes.length) - 1]!, headers).end('no secrets here');
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { address: `http://127.0.0.1:${port}/T0/B0/secret`, bodies };
}

/** Waits for nothing, and notes how long it should have. */
function patient() {
  const waited: number[] = [];
  return { waited, wait: (pause: number) => (waited.push(pause), Promise.resolve()) };
}

describe('a message', () => {
  test('is what Slack takes: text, and blocks of plain text', async () => {
    const { address, bodies } = await serve([200]);
    expect(await postMessage(address, message)).toBeUndefined();
    expect(bodies.map(body => JSON.parse(body) as unknown)).toEqual([
      {
        text: 'Nightly tuning: 1 failed',
        blocks: [
          { type: 'header', text: { type: 'plain_text', text: 'Nightly tuning: 1 failed', emoji: false } },
          {
            type: 'section',
            text: {
              type: 'plain_text',
              text: String.raw`! digits: failed. no <b>trial</b> completed\x0a& nothing else`,
              emoji: false,
            },
          },
        ],
      },
    ]);
  });

  test('keeps to the limits of Slack, however many studies there are', () => {
    const many = Array.from({ length: 3000 }, (_, index) => ({
      ...study,
      study: `s${index}`,
      problems: ['x'.repeat(900)],
    }));
    const { blocks } = messageOf(nightOf(many));
    expect(blocks.length).toBeLessThanOrEqual(50);
    for (const { text } of blocks) expect(text.text.length).toBeLessThanOrEqual(3000);
    expect(blocks[1]!.text.text.split('\n').length).toBeGreaterThan(1);
  });
});

describe('a server that fails', () => {
  test.each([500, 503, 429])('with %d is asked again, with longer pauses', async code => {
    const { address, bodies } = await serve([code, code, 200]);
    const { waited, wait } = patient();
    expect(await postMessage(address, message, { wait })).toBeUndefined();
    expect(bodies).toHaveLength(3);
    expect(waited).toEqual([1000, 4000]);
  });

  test('says how long to wait, within reason', async () => {
    const { address } = await serve([429, 200], { 'retry-after': '7' });
    const { waited, wait } = patient();
    expect(await postMessage(address, message, { wait })).toBeUndefined();
    expect(waited).toEqual([7000]);
  });

  test('again and again is given up', async () => {
    const { address, bodies } = await serve([500]);
    const failure = await postMessage(address, message, patient());
    expect(failure).toBe('it answered 500, 4 times');
    expect(bodies).toHaveLength(4);
  });

  test.each([400, 403, 404, 302])('with %d is asked once: no further attempt would help', async code => {
    const { address, bodies } = await serve([code], { location: 'http://127.0.0.1:9/elsewhere' });
    expect(await postMessage(address, message, patient())).toBe(`it answered ${code}`);
    expect(bodies).toHaveLength(1);
  });

  test('by not being there is named without its address', async () => {
    const { address } = await serve([200]);
    server!.close();
    await once(server!, 'close');
    const { waited, wait } = patient();
    const failure = await postMessage(address, message, { wait });
    expect(failure).toBe('it cannot be reached (ECONNREFUSED), 4 times');
    expect(waited).toEqual([1000, 4000, 16_000]);
  });
});

test.each([
  'http://hooks.slack.com/secret',
  'ftp://localhost/secret',
  'http://127.0.0.1.evil.example/secret',
  'http://localhost.evil.example/secret',
  'secret',
])('%s is not told anything, nor printed', async address => {
  const failure = await postMessage(address, message, patient());
  expect(failure).toBe('its address is no https URL');
});
