/**
 * Tells a chat of the night: JSON as Slack's incoming webhooks take it, and those that are like it
 * (https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks). The address is a secret: no message has it.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { nightlyHeadline, nightlyLines, type Nightly } from '../report/nightly.ts';
import { printable } from '../text.ts';

/** Limits of Slack: characters of one block, and blocks of one message. */
const maxCharacters = 3000;
const maxBlocks = 50;

/** Milliseconds before each further attempt, and until one is given up. */
const pauses = [1000, 4000, 16_000];
const patience = 10_000;
/** However long the server wants us to wait. */
const longestPause = 60_000;

type PlainText = { readonly type: 'plain_text'; readonly text: string; readonly emoji: false };

export interface Message {
  readonly text: string;
  readonly blocks: readonly { readonly type: 'header' | 'section'; readonly text: PlainText }[];
}

/** Plain text throughout: names from files have no effect in it. */
export function messageOf(night: Nightly): Message {
  const headline = `Nightly tuning: ${nightlyHeadline(night)}`;
  const blocks: string[] = [];
  for (const line of nightlyLines(night).map(printable)) {
    const joined = blocks.length === 0 ? line : `${blocks.at(-1)}\n${line}`;
    if (blocks.length > 0 && joined.length <= maxCharacters) blocks[blocks.length - 1] = joined;
    else blocks.push(line.slice(0, maxCharacters));
  }
  return {
    // Only this one may have marks.
    text: headline.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;'),
    blocks: [
      { type: 'header', text: plain(headline.slice(0, 150)) },
      ...blocks.slice(0, maxBlocks - 1).map(text => ({ type: 'section', text: plain(text) }) as const),
    ],
  };
}

function plain(text: string): PlainText {
  return { type: 'plain_text', text, emoji: false };
}

export interface PostOptions {
  /** Ends the attempts. */
  readonly signal?: AbortSignal | undefined;
  /** Waits for so many milliseconds. Default: by the clock. */
  readonly wait?: (milliseconds: number) => Promise<unknown>;
}

/**
 * Tries again where the network or the server fails for the moment.
 * @returns why it was not taken, without the address; undefined where it was
 */
export async function postMessage(
  address: string,
  message: Message,
  { signal, wait = pause => sleep(pause) }: PostOptions = {},
): Promise<string | undefined> {
  if (!isSafe(address)) return 'its address is no https URL';
  for (let attempt = 0; ; attempt += 1) {
    const { failure, isFinal = false, after } = await post(address, message, signal);
    if (failure === undefined || isFinal || signal?.aborted) return failure;
    const pause = pauses[attempt];
    if (pause === undefined) return `${failure}, ${attempt + 1} times`;
    await wait(Math.min(longestPause, Math.max(pause, after ?? 0)));
  }
}

interface Attempt {
  readonly failure?: string;
  /** Whether no further attempt would help. */
  readonly isFinal?: boolean;
  /** Milliseconds that the server wants us to wait. */
  readonly after?: number;
}

async function post(address: string, message: Message, signal: AbortSignal | undefined): Promise<Attempt> {
  try {
    const response = await fetch(address, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(message),
      // Another address is not the one that was meant to know.
      redirect: 'manual',
      signal: AbortSignal.any([AbortSignal.timeout(patience), ...(signal ? [signal] : [])]),
    });
    await response.body?.cancel();
    const { status, ok } = response;
    if (ok) return {};
    const seconds = Number(response.headers.get('retry-after'));
    return {
      failure: `it answered ${status}`,
      isFinal: status < 500 && status !== 429,
      ...(seconds > 0 && { after: 1000 * seconds }),
    };
  } catch (error) {
    // Messages of the system may have the address.
    const { name, cause } = error as Error;
    const code = (cause as NodeJS.ErrnoException | undefined)?.code;
    return {
      failure: name === 'TimeoutError' ? 'it did not answer' : `it cannot be reached${code ? ` (${code})` : ''}`,
    };
  }
}

/** What goes over a network is encrypted. */
function isSafe(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, hostname } = new URL(address);
  const isHere = hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d+){3}$/.test(hostname);
  return protocol === 'https:' || (protocol === 'http:' && isHere);
}
