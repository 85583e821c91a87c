/** What `tune inspect` found, as text. */
import { left, right, textTable } from '../report/columns.ts';
import { formatValue } from '../report/values.ts';
import type { Config } from '../space/space.ts';
import { formatBytes, formatCount, formatNumber, printable } from '../text.ts';
import type { InspectedSpace, InspectedStudy, SizedConfig } from '../tune/inspect.ts';
import type { Paint } from './paint.ts';

export function inspectionLines(inspected: InspectedStudy, paint: Paint): string[] {
  const { study, data, config } = inspected;
  const goal = data.task === 'classification' ? `${data.classes!.length} classes` : `${data.targetSize} values`;
  return [
    paint.bold(
      `${printable(study)}: ${formatCount(data.examples)} examples of ${data.inputShape.join(' x ')}, ${goal}`,
    ),
    ...(Object.keys(config).length === 0 ? [] : [`configuration: ${describe(config)}`]),
    '',
    ...layerTable(inspected),
    '',
    ...totals(inspected),
    '',
    ...gradientLines(inspected),
    ...spaceLines(inspected.space),
  ];
}

function gradientLines({ gradients }: InspectedStudy): string[] {
  if (!gradients) return [];
  const { tuned, estimator, cost, refused } = gradients;
  return [
    `tuned by the validation gradient: ${tuned.map(printable).join(', ')}`,
    `estimator: ${estimator}, about ${formatNumber(cost)} x a plain trial`,
    ...refused.map(({ name, reason }) => `left to the sampler: ${printable(name)}: ${printable(reason)}`),
    '',
  ];
}

function layerTable({ layers, parameters, flops }: InspectedStudy): string[] {
  const rows = layers.map(layer => [
    `${'  '.repeat(layer.depth)}${printable(layer.name)}`,
    layer.kind ?? '',
    layer.output.join(' x '),
    formatCount(layer.parameters),
    formatCount(layer.flops),
  ]);
  const total = ['total', '', '', formatCount(parameters), formatCount(flops)];
  const columns = [left('layer'), left('kind'), left('output'), right('parameters'), right('FLOPs')];
  return textTable(columns, [...rows, total]);
}

function totals({ parameters, trained, bytes, batchSize }: InspectedStudy): string[] {
  const frozen = parameters - trained;
  const rows = [
    ['weights', formatBytes(bytes.weights), frozen === 0 ? '' : `${formatCount(frozen)} of the parameters are frozen`],
    ['optimizer', formatBytes(bytes.optimizer), 'its memory of the weights'],
    [
      'activations',
      formatBytes(bytes.activations),
      `an estimate: inputs and layer outputs of a batch of ${batchSize}; gradients and scratch memory come on top`,
    ],
  ];
  const width = Math.max(...rows.map(([, size]) => size!.length));
  return rows.map(([name, size, note]) => `${name!.padEnd(11)}  ${size!.padStart(width)}  ${note}`.trimEnd());
}

function spaceLines({ looked, isWhole, smallest, largest, impossible, reasons, otherData }: InspectedSpace): string[] {
  const all = isWhole ? 'all' : 'corners of the space and a random sample:';
  const sized = [
    ['smallest', smallest],
    ['largest', largest],
  ] as const;
  return [
    `looked at ${all} ${formatCount(looked)} configurations`,
    ...sized.flatMap(([name, model]) =>
      model ? [`${name.padEnd(8)}  ${size(model)}  ${describe(model.config)}`] : [],
    ),
    `${formatCount(impossible)} of them ${impossible === 1 ? 'is' : 'are'} impossible`,
    ...reasons.flatMap(({ message, count, example }) => [
      `  ${formatCount(count)} x ${printable(message.split('\n', 1)[0]!)}`,
      `      such as ${describe(example)}`,
    ]),
    ...(otherData === 0 ? [] : [`${formatCount(otherData)} others have data of their own and were not looked at`]),
  ];
}

function size({ parameters, flops }: SizedConfig): string {
  return `${formatCount(parameters)} parameters, ${formatCount(flops)} FLOPs`;
}

function describe(config: Config): string {
  return Object.entries(config)
    .map(([name, value]) => printable(`${name}=${formatValue(value)}`))
    .join(', ');
}
