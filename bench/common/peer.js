/**
 * What every peer in Node does alike: it reads its task, warms up, says that it is ready, and then trains one epoch for
 * each line on stdin. Only peers print to stdout, one JSON object a line.
 */
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

/** Epochs before the first one that counts: V8 and TensorFlow prepare code and memory in them. */
const warmUpEpochs = 2;

const nets = JSON.parse(readFileSync(new URL('nets.json', import.meta.url), 'utf8'));

/** The net and its data, as the command line names them: `<net> <data file>`. */
export function readTask() {
  const [name, dataFile] = process.argv.slice(2);
  const net = nets[name];
  const rows = net.batch * net.batches;
  const width = net.input.reduce((product, side) => product * side, 1);
  const { buffer } = new Uint8Array(readFileSync(dataFile));
  return {
    net,
    rows,
    /** [rows, ...net.input] */
    inputs: new Float32Array(buffer, 0, rows * width),
    /** [rows], class numbers */
    labels: new Int32Array(buffer, rows * width * 4, rows),
  };
}

/**
 * For peers with a loop of their own.
 * @param {() => number | Promise<number>} epoch trains one and returns its mean loss
 * @param {object} about what the peer says about itself when it is ready
 */
export async function serve(epoch, about) {
  for (let warmUp = 0; warmUp < warmUpEpochs; warmUp++) await epoch();
  say({ ready: true, ...about });
  for (;;) {
    await nextRequest();
    const started = performance.now();
    const loss = await epoch();
    say({ milliseconds: performance.now() - started, loss });
  }
}

/**
 * For peers whose whole training is one call of a `fit`: arguments with callbacks that hold each epoch until it is
 * asked for. So an epoch is measured as a user's long training has it, without the start of the call.
 * @returns {any} arguments of `fit`, those of the batches excepted
 */
export function epochGate(about) {
  let started = 0;
  return {
    epochs: 1_000_000,
    shuffle: true,
    verbose: 0,
    callbacks: {
      async onEpochBegin(epoch) {
        if (epoch >= warmUpEpochs) await nextRequest();
        started = performance.now();
      },
      onEpochEnd(epoch, { loss }) {
        if (epoch >= warmUpEpochs) say({ milliseconds: performance.now() - started, loss });
        else if (epoch === warmUpEpochs - 1) say({ ready: true, ...about });
      },
    },
  };
}

const requests = createInterface({ input: process.stdin })[Symbol.asyncIterator]();

/** Returns when the next epoch is asked for; when stdin ends, so does the peer. */
async function nextRequest() {
  const { done } = await requests.next();
  if (done) process.exit(0);
}

function say(message) {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}
