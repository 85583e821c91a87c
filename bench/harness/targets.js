/** What the project promises of its training speed, and whether a run kept it. */
import { ours } from './peers.js';

/** `faster`: at least so many times as fast as the rival. `within`: at most so many times the rival's time. */
const targets = [
  { net: 'mlp', rival: 'tfjsFit', faster: 20 },
  { net: 'mlp', rival: 'kerasFit', faster: 12 },
  { net: 'mlp', rival: 'tfWhile', within: 1.2 },
  { net: 'cnn', rival: 'tfjsFit', faster: 4.5 },
  { net: 'cnn', rival: 'kerasFit', faster: 2.5 },
  { net: 'cnn', rival: 'tfWhile', within: 1.1 },
  { net: 'resnet', rival: 'tfjsFit', faster: 3 },
  { net: 'resnet', rival: 'tfWhile', within: 1.2 },
];

/** Milliseconds from a step in plain tfjs to the end of its first run, compilation included. */
const startTarget = { net: 'resnet', within: 500, withinAgain: 20 };

/**
 * Each target of the nets that ran, for each of ours. The best times decide: noise of the machine only ever adds.
 * @param {{ net: string, peers: object[] }[]} results
 */
export function judge(results) {
  return targets.flatMap(target => {
    const peers = results.find(({ net }) => net === target.net)?.peers;
    return peers ? [{ ...target, ours: ours.map(id => judgeOne(target, peers, id)) }] : [];
  });
}

function judgeOne({ rival, faster, within }, peers, id) {
  const [own, other] = [id, rival].map(wanted => peers.find(({ peer }) => peer === wanted));
  // A peer that failed has no times, and then nothing is known.
  if (own?.best === undefined || other?.best === undefined) return { peer: id };
  const ratioOf = time => (faster === undefined ? own[time] / other[time] : other[time] / own[time]);
  const ratio = ratioOf('best');
  const met = faster === undefined ? ratio <= within : ratio >= faster;
  return { peer: id, ratio, ratioOfMedians: ratioOf('median'), met };
}

/** Time from nothing to a first run; for a second trial of the same structure too. */
export function judgeStart(results) {
  const { net, within, withinAgain } = startTarget;
  const start = results.find(result => result.net === net)?.peers.find(({ start }) => start)?.start;
  return (
    start && {
      net,
      within,
      withinAgain,
      ...start,
      met: start.first <= within,
      metAgain: start.second <= withinAgain,
    }
  );
}
