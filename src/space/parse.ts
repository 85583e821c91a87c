/** From the text of a space file, or its contents from code, to a checked SpaceFile; with every mistake at once. */
import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, extname, resolve as resolvePath } from 'node:path';
import { messageOf, TuneError } from '../errors.ts';
import { checkGiven } from './check-given.ts';
import { checkGradientNames, refuseGradients } from './check-gradients.ts';
import { checkTemplates } from './check-templates.ts';
import { maxCharacters, parseDocument, sizeExpected, type Document } from './document.ts';
import { toProblems, type Finding, type Path } from './finding.ts';
import { check } from './issues.ts';
import { isList, isRecord, show } from './json.ts';
import { readSpace, type ReadSpace } from './read-space.ts';
import { fileSchema, isStudyName, templateNames, trainingNames, type Sections, type SpaceFile } from './space-file.ts';
import type { Config, Json } from './space.ts';
import type { Technique } from './technique.ts';
import { withoutUndefined } from './without-undefined.ts';

/**
 * Reads and checks a space file.
 * @throws TuneError FILE_UNREADABLE, or SPACE_INVALID with file, line and column of everything that is wrong
 */
export async function loadSpaceFile<S extends Technique, P extends Technique>(
  path: string,
  sections: Sections<S, P>,
  standard: Standard = {},
): Promise<SpaceFile<S, P>> {
  return parseSpaceText(await readSpaceText(path), path, sections, standard);
}

/**
 * Checks the text of a space file.
 * @param path where it is, or will be: relative paths in it start there
 * @throws TuneError SPACE_INVALID
 */
export function parseSpaceText<S extends Technique, P extends Technique>(
  text: string,
  path: string,
  sections: Sections<S, P>,
  standard: Standard = {},
): SpaceFile<S, P> {
  const document = parseDocument(text, path);
  return readContents(document.value, sections, { ...standard, file: path, locate: document.locate });
}

/** @throws TuneError FILE_UNREADABLE, or SPACE_INVALID for a file that is too large to be read at all */
export async function readSpaceText(path: string): Promise<string> {
  try {
    const { size } = await stat(path);
    // A character has four bytes at most.
    if (size <= 4 * maxCharacters) return await readFile(path, 'utf8');
    const where = { file: path, line: 1, column: 1 };
    throw new TuneError('SPACE_INVALID', { message: `the file has ${size} bytes`, where, expected: sizeExpected });
  } catch (error) {
    if (error instanceof TuneError) throw error;
    throw new TuneError('FILE_UNREADABLE', { message: messageOf(error), where: { file: path } }, { cause: error });
  }
}

/**
 * Checks the contents of a space file that come from code. Relative paths start at the current folder.
 * @throws TuneError SPACE_INVALID; its messages name the path of each mistake
 */
export function parseSpaceFile<S extends Technique, P extends Technique>(
  contents: unknown,
  sections: Sections<S, P>,
  standard: Standard = {},
): SpaceFile<S, P> {
  return readContents(contents as Json, sections, standard);
}

/** What holds where the file says nothing. */
interface Standard {
  /** Name of the metric. Default: valLoss for training, value for a trainer module. */
  readonly metric?: string;
  /** Sections in place of the file's. */
  readonly replaced?: Readonly<Record<string, Json>>;
}

interface Origin extends Standard {
  readonly file?: string;
  readonly locate?: Document['locate'];
}

function readContents<S extends Technique, P extends Technique>(
  own: Json,
  sections: Sections<S, P>,
  { file, locate, metric, replaced = {} }: Origin,
): SpaceFile<S, P> {
  const fail = (findings: readonly Finding[]): never => {
    throw new TuneError('SPACE_INVALID', toProblems(findings, locate));
  };
  if (!isRecord(own))
    return fail([{ path: [], message: `the file holds ${show(own)}`, expected: 'an object: { "space": { … } }' }]);
  const contents = { ...own, ...replaced };

  const standardMetric = metric ?? (contents['trainer'] === undefined ? 'valLoss' : 'value');
  const outer = check(fileSchema(sections, standardMetric, standardPruner(contents['metric'])), contents);
  // Mistakes elsewhere in the file must not hide those in the parameters and templates.
  const given = isRecord(contents['space']) ? contents['space'] : {};
  const texts = contents['constraints'];
  const constraints = Array.isArray(texts) && texts.every(text => typeof text === 'string') ? texts : [];
  const read = readSpace(given, constraints);
  const templates = Object.fromEntries(
    templateNames.flatMap(name => (contents[name] === undefined ? [] : [[name, contents[name]]])),
  );
  const findings = [
    ...outer.findings,
    ...read.findings,
    ...checkCombination(contents),
    ...checkGradients(contents, read, outer.data?.search.sampler.technique.name),
    ...checkTemplates(templates, sections, read),
    ...checkEnqueued(contents, outer.data?.search.enqueue ?? [], read),
  ];
  const name = contents['name'] ?? (file === undefined ? undefined : nameOf(file));
  if (name === undefined)
    findings.push({ path: ['name'], message: '"name" is missing', expected: 'a name for the study' });
  else if (contents['name'] === undefined && !isStudyName(name as string))
    findings.push({
      path: [],
      message: `the file's name makes no study name: "${nameOf(file!)}"`,
      expected: 'a "name" in the file',
    });
  if (findings.length > 0 || !outer.data || !read.space) return fail(findings);

  const { $schema: _, trainer, space: __, constraints: ___, metric: metrics, ...rest } = outer.data;
  const folder = file === undefined ? process.cwd() : dirname(resolvePath(file));
  return {
    ...withoutUndefined(rest),
    name: name as string,
    ...(file !== undefined && { file }),
    folder,
    space: read.space,
    metric: metrics[0]!,
    metrics,
    written: own,
    ...(trainer !== undefined && { trainer: resolvePath(folder, trainer) }),
    locate: path => locate?.({ path: path[0] === 'space' ? placeInFile(read.placeOf, path) : path }),
  };
}

/** A pruner goes by the first metric alone, and would stop trials that are good in another. */
function standardPruner(metric: Json | undefined): string {
  return isList(metric) && metric.length > 1 ? 'none' : 'auto';
}

function placeInFile(placeOf: (name: string, path: Path) => Path, [, name, ...path]: Path): Path {
  return placeOf(String(name), path);
}

/** A trainer module replaces the built-in training. */
function checkCombination(contents: Readonly<Record<string, Json>>): Finding[] {
  if (contents['trainer'] === undefined) return [];
  return trainingNames
    .filter(name => contents[name] !== undefined)
    .map(name => ({
      path: [name],
      at: 'key',
      message: `"${name}" has no effect beside "trainer"`,
      hint: 'leave one of them out: a trainer module brings its own data, model and training',
    }));
}

function checkEnqueued(
  contents: Readonly<Record<string, Json>>,
  configs: readonly Config[],
  { space }: ReadSpace,
): readonly Finding[] {
  // Without parameters the standard ones for the data hold, which are not known here.
  if (!space || contents['space'] === undefined) return [];
  return configs.flatMap((config, index) =>
    checkGiven(space, config).map(finding => ({ ...finding, path: ['search', 'enqueue', index, ...finding.path] })),
  );
}

function checkGradients(
  contents: Readonly<Record<string, Json>>,
  { sound, placeOf }: ReadSpace,
  sampler: string | undefined,
): Finding[] {
  const asked = { params: sound.params, sampler };
  const refused = contents['trainer'] === undefined ? [] : refuseGradients(asked, 'a trainer module');
  return [...checkGradientNames(asked), ...refused].map(finding =>
    finding.path[0] === 'space' ? { ...finding, path: placeInFile(placeOf, finding.path) } : finding,
  );
}

/** "digits" of "spaces/digits.json" */
function nameOf(file: string): string {
  return basename(file, extname(file));
}
