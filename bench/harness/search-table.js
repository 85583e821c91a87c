/** The results of the search bench as Markdown. */
import { machineLine, number, table } from './markdown.js';

export function searchMarkdown({ date, environment, parts }) {
  const sections = { regret, curves, latency };
  return [
    machineLine(date, environment, {}),
    ...Object.entries(sections).flatMap(([name, section]) => (parts[name] ? section(parts[name]) : [])),
  ].join('\n\n');
}

function regret({ seeds, suites, milliseconds, checkpoints }) {
  const tasks = Object.keys(suites).length;
  return [
    '### Regret',
    `${tasks} tasks, up to ${seeds} seeds; each pair on those that both have run. Mean regret over tasks: 0 is the optimum, 1 what half of all configurations reach. The difference is ours minus theirs, with its 95 % interval over resampled tasks; p is Wilcoxon's, adjusted after Holm.`,
    table(
      [
        'trials',
        'sampler',
        'rival',
        'tasks',
        'seeds',
        'ours',
        'theirs',
        'difference',
        '95 % interval',
        'wins',
        'losses',
        'p',
      ],
      checkpoints.flatMap(({ trials, pairs }) =>
        pairs.map(({ sampler, rival, tasks, seeds, ours, theirs, difference, low, high, wins, losses, pHolm }) => [
          trials,
          sampler,
          rival,
          tasks,
          seeds,
          number(ours),
          number(theirs),
          signed(difference),
          `${signed(low)} to ${signed(high)}`,
          wins,
          losses,
          pHolm.toPrecision(2),
        ]),
      ),
    ),
    '### Regret by suite',
    table(
      ['trials', 'sampler', 'rival', 'suite', 'tasks', 'ours', 'theirs', 'ratio', 'wins', 'losses'],
      checkpoints.flatMap(({ trials, pairs }) =>
        pairs.flatMap(({ sampler, rival, suites }) =>
          Object.entries(suites).map(([suite, { tasks, ours, theirs, wins, losses }]) => [
            trials,
            sampler,
            rival,
            suite,
            tasks,
            number(ours),
            number(theirs),
            theirs === 0 ? '' : (ours / theirs).toFixed(2),
            wins,
            losses,
          ]),
        ),
      ),
    ),
    '### Ranks',
    'Mean ranks over tasks and seeds, and over means of tasks, of those that ran every task. Two whose ranks over tasks are further apart than the critical distance (Nemenyi, 5 %) differ by more than chance.',
    table(
      ['trials', 'optimiser', 'rank', 'rank over tasks', 'critical distance', 'tasks', 'Friedman p'],
      checkpoints.flatMap(({ trials, ranks, friedman }) =>
        Object.entries(ranks)
          .toSorted((a, b) => a[1] - b[1])
          .map(([name, rank], index) => [
            trials,
            name,
            rank.toFixed(2),
            friedman ? friedman.ranks[name].toFixed(2) : '',
            ...(index === 0 && friedman
              ? [friedman.distance.toFixed(2), friedman.tasks, friedman.p === null ? '' : friedman.p.toPrecision(2)]
              : ['', '', '']),
          ]),
      ),
    ),
    'Milliseconds of ask and tell in these runs, the mean of their medians and of their 95 % quantiles; ours include the way through a pipe. GP ran fewer trials.',
    table(
      ['optimiser', 'median', '95 %'],
      Object.entries(milliseconds)
        .filter(([, of]) => of.length > 0)
        .map(([name, [median, p95]]) => [name, number(median), number(p95)]),
    ),
  ];
}

function curves({ epochs, pruners }) {
  const rivals = Object.keys(Object.values(pruners)[0].tasks[0]?.rivals ?? {});
  return [
    '### Learning curves',
    `Surrogates of networks that train for 51 epochs, ${epochs} epochs in all. Regret of the best trial that was trained to its end, means over seeds; the last epochs of each. The share is that of all epochs after which ours is as good as the best rival is at the end.`,
    table(
      ['pruner', 'task', 'seeds', ...rivals, 'ours', 'share of epochs', 'trials', 'trained to the end'],
      Object.entries(pruners).flatMap(([name, { share, tasks }]) => [
        ...tasks.map(({ task, seeds, rivals, ours, share, trials, complete }) => [
          name,
          task,
          seeds,
          ...Object.values(rivals).map(number),
          number(ours),
          share === null ? 'not reached' : percent(share),
          number(trials),
          number(complete),
        ]),
        [name, 'geometric mean', '', ...rivals.map(() => ''), '', share === null ? '' : percent(share), '', ''],
      ]),
    ),
  ];
}

function latency({ asks, rows }) {
  return [
    '### Latency',
    `Milliseconds of processor time for an ask and a tell after so many trials, ten floats, ${asks} asks each; all in process.`,
    table(
      ['sampler', 'trials', 'median', '95 %'],
      rows.map(({ name, trials, median, p95 }) => [name, trials, number(median), number(p95)]),
    ),
  ];
}

function percent(share) {
  return `${Math.round(share * 100)} %`;
}

function signed(value) {
  return `${value < 0 ? '-' : '+'}${number(Math.abs(value))}`;
}
