/** A little colour, where the terminal and the user want it. */

export interface Paint {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly red: (text: string) => string;
}

const codes = { bold: [1, 22], dim: [2, 22], red: [31, 39] } as const;

/** FORCE_COLOR decides first, then NO_COLOR, then whether the stream is a terminal; util.styleText of Node 20 asks none. */
export function paintFor(stream: { readonly isTTY?: boolean }, env: NodeJS.ProcessEnv = process.env): Paint {
  const isOn = wantsColor(stream, env);
  const style = (name: keyof typeof codes) => (text: string) => {
    const [on, off] = codes[name];
    return isOn ? `\u001b[${on}m${text}\u001b[${off}m` : text;
  };
  return { bold: style('bold'), dim: style('dim'), red: style('red') };
}

function wantsColor(stream: { readonly isTTY?: boolean }, env: NodeJS.ProcessEnv): boolean {
  if (env.FORCE_COLOR !== undefined) return env.FORCE_COLOR !== '0' && env.FORCE_COLOR !== 'false';
  return !env.NO_COLOR && env.TERM !== 'dumb' && stream.isTTY === true;
}
