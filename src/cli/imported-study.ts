/** What `tune import` does, and says of it. */
import { basename, extname } from 'node:path';
import { TuneError } from '../errors.ts';
import { formatNumber, printable } from '../text.ts';
import { countStates } from '../report/trial-states.ts';
import { countTrials } from '../report/wording.ts';
import { toProblems } from '../space/finding.ts';
import { show } from '../space/json.ts';
import { loadSpaceFile } from '../space/parse.ts';
import { readSpace } from '../space/read-space.ts';
import { goalOf, isStudyName } from '../space/space-file.ts';
import type { Config, Json, Space } from '../space/space.ts';
import { eventsOf, wholeConfigs } from '../storage/foreign/as-events.ts';
import { fitting, type Unfit } from '../storage/foreign/fitting.ts';
import type { ForeignStudy } from '../storage/foreign/foreign-study.ts';
import { inferParameters, withConditions } from '../storage/foreign/infer-space.ts';
import { readForeign } from '../storage/foreign/read-foreign.ts';
import { bestTrial } from '../study/best-trial.ts';
import type { StudyEvent } from '../study/events.ts';
import { fold } from '../study/fold.ts';
import type { Direction } from '../study/ports.ts';
import { putIntoFolder } from '../tune/put-study.ts';
import type { TuneFile } from '../tune/sections.ts';
import { studyFacts } from '../tune/study-facts.ts';
import { shownPath } from './files.ts';
import type { ImportOptions } from './import.ts';
import type { Shown } from './shown.ts';
import { placeOf } from '../tune/study-place.ts';

/** @throws TuneError IMPORT_INVALID, FILE_UNREADABLE, SPACE_INVALID or USAGE; the study is then not begun */
export async function importStudy(path: string, options: ImportOptions): Promise<Shown> {
  const file = options.space === undefined ? undefined : await loadSpace(options.space);
  const foreign = await readForeign(path, {
    study: options.study,
    metric: options.metric ?? file?.metric.name,
    names: file?.space.params.map(({ name }) => name),
  });
  const directions = directionsOf(foreign, file, options.goal);
  const space = file?.space ?? foreign.space ?? inferSpace(foreign, path);
  const { fit, unfit } = fitting(foreign, space);
  const place = placeOf(options.reports, nameOf(path, options.name, file, foreign));
  const at = new Date().toISOString();
  const facts = file && studyFacts(file, place.folder);
  const created: StudyEvent = {
    type: 'study-created',
    study: place.name,
    direction: directions[0]!,
    ...(directions.length > 1 && { directions }),
    seed: facts?.seed ?? 1,
    space,
    ...(facts?.file !== undefined && { file: facts.file }),
    at,
  };
  const events = [created, ...eventsOf(fit, directions.length)];
  await putIntoFolder(place, events);

  const { trials } = fold(events);
  const best = bestTrial(trials, directions);
  const { metric } = foreign;
  return {
    lines: [
      `${printable(place.name)}: ${trials.length} trials of ${foreign.tool}: ${countTrials(countStates(trials))}`,
      `to ${directions.join(', ')}${metric === undefined ? '' : ` ${printable(metric)}`}`,
      ...(best ? [`best: trial ${best.id} with ${formatNumber(best.value!)}`] : []),
      ...settingLines(foreign, space),
      ...unfitLines(unfit),
      `journal  ${shownPath(place.journal)}`,
    ],
    data: {
      study: place.name,
      tool: foreign.tool,
      journal: place.journal,
      directions,
      metric,
      space,
      trials: { all: trials.length, ...countStates(trials) },
      best,
      leftOut: unfit,
    },
  };
}

async function loadSpace(path: string): Promise<TuneFile> {
  const { sections } = await import('../tune/sections.ts');
  const file = await loadSpaceFile(path, sections, { metric: 'value' });
  if (file.space.params.length > 0) return file;
  throw new TuneError('USAGE', `${path} has no parameters in "space"`);
}

/** @throws TuneError USAGE where nobody says it, or two do not agree */
function directionsOf(
  { directions: theirs, metric, tool }: ForeignStudy,
  file: TuneFile | undefined,
  goal: Direction | undefined,
): readonly Direction[] {
  const own = goal === undefined ? file?.metrics.map(each => each.goal) : [goal];
  if (own && theirs && own.join(', ') !== theirs.join(', '))
    throw new TuneError('USAGE', {
      message: `the study of ${tool} is to ${theirs.join(', ')}, not to ${own.join(', ')}`,
      hint: goal === undefined ? 'say so in the space file: "metric": { "name": …, "goal": … }' : 'leave out --goal',
    });
  const known = own ?? theirs ?? (metric === undefined ? undefined : [goalOf(metric)]);
  if (known) return known;
  throw new TuneError('USAGE', {
    message: `the file of ${tool} does not say which values are good`,
    expected: '--goal minimize or --goal maximize',
  });
}

function inferSpace({ parameters, trials, hasSettings = false }: ForeignStudy, path: string): Space {
  const configs = wholeConfigs(trials);
  const given =
    parameters ??
    inferParameters(
      trials.map(({ config }) => config),
      hasSettings,
    );
  const { space, findings } = readSpace(withConditions(given, configs), []);
  const empty = { message: 'no parameter varies', expected: 'some, or a space file with --space' };
  const problems = space ? [empty] : toProblems(findings);
  if (space && space.params.length > 0) return space;
  throw new TuneError(
    'IMPORT_INVALID',
    problems.map(problem => ({ ...problem, where: { file: path } })),
  );
}

function nameOf(path: string, given: string | undefined, file: TuneFile | undefined, foreign: ForeignStudy): string {
  const known = [given, file?.name, foreign.name].find(name => name !== undefined);
  const name = known !== undefined && (known === given || isStudyName(known)) ? known : basename(path, extname(path));
  if (isStudyName(name)) return name;
  throw new TuneError('USAGE', {
    message: `${show(name)} is no name of a study`,
    expected: '--name with letters, digits, ".", "_" and "-", such as "digits-2"',
  });
}

/** What was configured and did not vary. */
function settingLines({ trials, hasSettings }: ForeignStudy, { params }: Space): readonly string[] {
  const names = new Set(params.map(({ name }) => name));
  const [first] = trials;
  if (!hasSettings || !first) return [];
  const settings: Config = Object.fromEntries(Object.entries(first.config).filter(([name]) => !names.has(name)));
  const texts = Object.entries(settings).map(([name, value]: [string, Json]) => `${name} ${show(value)}`);
  return texts.length > 0 ? [printable(`no parameters: ${texts.join(', ')}`)] : [];
}

/** Trials that are named in the terminal. */
const maxNamed = 10;

function unfitLines(unfit: readonly Unfit[]): readonly string[] {
  if (unfit.length === 0) return [];
  const named = unfit.slice(0, maxNamed).map(({ source, reason }) => printable(`  ${source}: ${reason}`));
  const more = unfit.length > maxNamed ? [`  and ${unfit.length - maxNamed} more`] : [];
  return [`left out, as ${unfit.length === 1 ? 'it does' : 'they do'} not fit: ${unfit.length}`, ...named, ...more];
}
