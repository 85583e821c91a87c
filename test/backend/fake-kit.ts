/** A machine for provisioning tests: an empty cache, a wheel of a few bytes, and programs that do as they are told. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Kit } from '../../src/backend/kit.ts';
import { createProgress } from '../../src/backend/progress.ts';
import type { Site } from '../../src/backend/site.ts';
import type { Outcome, RunOptions } from '../../src/backend/tools.ts';

// Made with Python's zipfile: two libraries (one stored), a header, a folder, an empty header and a file that nobody
// needs, all dated 1980. The checksum is hashlib.sha256 of the bytes.
export const wheelBytes = Buffer.from(
  'UEsDBBQAAAAIAAAAIQAvNKa+CQAAACwBAAAgAAAAdGVuc29yZmxvdy9saWJ0ZW5zb3JmbG93X2NjLnNvLjJLTlZIHkXEIQBQSwMEFAAAAAAAAAAhABludp0JAAAACQAAACcAAAB0ZW5zb3JmbG93L2xpYnRlbnNvcmZsb3dfZnJhbWV3b3JrLnNvLjJmcmFtZXdvcmtQSwMEFAAAAAgAAAAhANgZGosLAAAACQAAACcAAAB0ZW5zb3JmbG93L2luY2x1ZGUvdGVuc29yZmxvdy9jL2NfYXBpLmjT11fISE1MSS0CAFBLAwQUAAAACAAAACEAAAAAAAIAAAAAAAAAFwAAAHRlbnNvcmZsb3cvaW5jbHVkZS90c2wvAwBQSwMEFAAAAAgAAAAhAAAAAAACAAAAAAAAAB4AAAB0ZW5zb3JmbG93L2luY2x1ZGUvdHNsL2VtcHR5LmgDAFBLAwQUAAAACAAAACEAJNRwzgYAAAAEAAAAGgAAAHRlbnNvcmZsb3cvcHl0aG9uL290aGVyLnB5K0gsLgYAUEsBAhQDFAAAAAgAAAAhAC80pr4JAAAALAEAACAAAAAAAAAAAAAAAIABAAAAAHRlbnNvcmZsb3cvbGlidGVuc29yZmxvd19jYy5zby4yUEsBAhQDFAAAAAAAAAAhABludp0JAAAACQAAACcAAAAAAAAAAAAAAIABRwAAAHRlbnNvcmZsb3cvbGlidGVuc29yZmxvd19mcmFtZXdvcmsuc28uMlBLAQIUAxQAAAAIAAAAIQDYGRqLCwAAAAkAAAAnAAAAAAAAAAAAAACAAZUAAAB0ZW5zb3JmbG93L2luY2x1ZGUvdGVuc29yZmxvdy9jL2NfYXBpLmhQSwECFAMUAAAACAAAACEAAAAAAAIAAAAAAAAAFwAAAAAAAAAAAAAAgAHlAAAAdGVuc29yZmxvdy9pbmNsdWRlL3RzbC9QSwECFAMUAAAACAAAACEAAAAAAAIAAAAAAAAAHgAAAAAAAAAAAAAAgAEcAQAAdGVuc29yZmxvdy9pbmNsdWRlL3RzbC9lbXB0eS5oUEsBAhQDFAAAAAgAAAAhACTUcM4GAAAABAAAABoAAAAAAAAAAAAAAIABWgEAAHRlbnNvcmZsb3cvcHl0aG9uL290aGVyLnB5UEsFBgAAAAAGAAYA0QEAAJgBAAAAAA==',
  'base64',
);
const sha256 = 'baf4af3aeafefe791c4c874d903ca0277c3cea525611700737d6e4ea07d56999';

/** What a program does; a string is its failure. */
type Act = (args: readonly string[], options: RunOptions) => string | void | Promise<string | void>;

export interface FakeMachine {
  readonly kit: Kit;
  /** What ran, in order: "pip", "compile", "check", "npm", "installer". */
  readonly ran: string[];
  /** What was shown. */
  readonly shown: string[];
  readonly build: string;
}

export interface Behaviour {
  readonly installed?: boolean;
  /** Programs that are on this machine. */
  readonly programs?: readonly string[];
  readonly pip?: Act;
  readonly compile?: Act;
  readonly check?: Act;
  readonly npm?: Act;
  readonly installer?: Act;
  readonly prebuilt?: boolean;
}

const after = (args: readonly string[], flag: string): string => args[args.indexOf(flag) + 1]!;

export const pipBrings =
  (bytes: Buffer): Act =>
  args =>
    writeFileSync(join(after(args, '--dest'), 'tiny.whl'), bytes);
const compilerWorks: Act = args => writeFileSync(after(args, '-o'), 'works');
/** An addon works here when its file says so. */
export const checkWorks: Act = args =>
  readFileSync(args.at(-1)!, 'utf8') === 'works' ? undefined : 'undefined symbol: TF_Version';

export function newCache(): string {
  return mkdtempSync(join(tmpdir(), 'tfjs-tune-test-'));
}

export function writeTfjsNode(folder: string): void {
  mkdirSync(folder, { recursive: true });
  const binary = { host: 'https://addons.example', remote_path: './napi-v{napi_build_version}/{version}/' };
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ version: '4.22.0', binary }));
}

export function fakeMachine(behaviour: Behaviour = {}, cache = newCache()): FakeMachine {
  const { installed = true, programs = ['python3', 'g++'], prebuilt = false } = behaviour;
  const project = join(cache, 'project', 'tfjs-node');
  if (installed) writeTfjsNode(project);
  const site: Site = {
    platform: 'linux',
    arch: 'test',
    cache,
    installed: installed ? project : undefined,
    wheel: {
      project: 'tensorflow-tiny',
      version: '2.18.1',
      file: 'tiny.whl',
      platformTag: 'manylinux2014_test',
      bytes: wheelBytes.length,
      sha256,
      libraries: ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'],
    },
  };
  const acts: Record<string, Act> = {
    pip: behaviour.pip ?? pipBrings(wheelBytes),
    compile: behaviour.compile ?? compilerWorks,
    check: behaviour.check ?? checkWorks,
    npm: behaviour.npm ?? (args => writeTfjsNode(join(after(args, '--prefix'), 'node_modules/@tensorflow/tfjs-node'))),
    installer: behaviour.installer ?? (() => undefined),
  };
  const ran: string[] = [];
  const shown: string[] = [];
  const run = async (program: string, args: readonly string[], options: RunOptions = {}): Promise<Outcome> => {
    if (args.at(-1) === '--version') return { ok: programs.includes(program), output: '' };
    const name = nameOf(args);
    ran.push(name);
    const failure = await acts[name]!(args, options);
    return typeof failure !== 'string'
      ? { ok: true, output: '{"tensorflow":"2.18.1"}\n' }
      : { ok: false, output: failure };
  };
  const progress = createProgress({ write: text => shown.push(text) });
  const build = join(cache, 'linux-test-tfjs-node-4.22.0-tensorflow-2.18.1');
  return { kit: { site, tools: { run, canFetch: () => Promise.resolve(prebuilt) }, progress }, ran, shown, build };
}

function nameOf(args: readonly string[]): string {
  if (args.includes('download')) return 'pip';
  if (args.includes('-o')) return 'compile';
  if (args[0]?.endsWith('check.js')) return 'check';
  return args.includes('install') ? 'npm' : 'installer';
}

/** Puts an addon where tfjs-node's installer would. */
export function writeAddon(folder: string, text = 'works'): string {
  const addon = join(folder, 'lib', 'napi-v8', 'tfjs_binding.node');
  if (!existsSync(dirname(addon))) mkdirSync(dirname(addon), { recursive: true });
  writeFileSync(addon, text);
  return addon;
}
