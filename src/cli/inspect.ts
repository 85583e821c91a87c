/** `tune inspect <space.json>`: the model of a configuration and the range of all models, without training. */
import { Command, InvalidArgumentError } from 'commander';
import { toJsonText } from '../report/json.ts';
import { isRecord } from '../space/json.ts';
import type { Config, Json } from '../space/space.ts';
import { inspectionLines } from './inspection.ts';
import { paintFor } from './paint.ts';
import { checkSpacePath } from './space-path.ts';

interface InspectOptions {
  readonly config?: Config;
  readonly set?: Config;
  readonly json?: boolean;
}

export function inspectCommand(): Command {
  return new Command('inspect')
    .description('show the layers, sizes and memory of the models of a space file, without training')
    .argument('<space.json>', 'the space file')
    .option('--config <json>', 'a configuration in place of the default one: {"units": 64}', configuration)
    .option('--set <name=value>', 'a value in place of a default: units=64; may be repeated', assignment)
    .option('--json', 'print it as JSON')
    .action(async (path: string, { config, set, json }: InspectOptions) => {
      checkSpacePath(path);
      const { inspectStudy } = await import('../tune/inspect.ts');
      const inspected = await inspectStudy(path, { ...config, ...set });
      const lines = json ? undefined : inspectionLines(inspected, paintFor(process.stdout));
      process.stdout.write(lines ? `${lines.join('\n')}\n` : toJsonText(inspected));
    });
}

function configuration(text: string): Config {
  const value = readJson(text);
  if (isRecord(value)) return value;
  throw new InvalidArgumentError('Expected a JSON object such as {"units": 64}.');
}

function assignment(text: string, before: Config = {}): Config {
  const equals = text.indexOf('=');
  if (equals < 1) throw new InvalidArgumentError('Expected a name and a value: units=64.');
  const [name, given] = [text.slice(0, equals), text.slice(equals + 1)];
  const value = readJson(given);
  // Text needs no quotes: optimizer=adam.
  return Object.fromEntries([...Object.entries(before), [name, value === undefined ? given : value]]);
}

function readJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
