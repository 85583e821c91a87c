/** Text for people: terminals, CI logs and Markdown. */

/**
 * Shows control characters (ANSI escapes, C1 codes, line breaks) as \xNN, so that names from files cannot drive a terminal;
 * so too the first character of what CI systems would take for a command at the start of a line: "::error", "##[group]".
 */
export function printable(text: string): string {
  return text.replace(
    // oxlint-disable-next-line no-control-regex -- finding control characters is the point
    /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]|(?<=^\s*):(?=:)|(?<=^\s*)#(?=#\w*\[)/g,
    coded,
  );
}

function coded(character: string): string {
  const code = character.charCodeAt(0);
  return code < 256 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
}

const unitSeconds = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400 } as const;

/** Reads "90s", "10m", "0.5h" or "500ms" as seconds; undefined when it is no duration. */
export function parseDuration(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text.trim());
  return match ? Number(match[1]) * unitSeconds[match[2] as keyof typeof unitSeconds] : undefined;
}

const unitMegabytes = { MB: 1, GB: 1024 } as const;

/** Reads "500MB" or "1.5GB" as megabytes; undefined when it is no size. */
export function parseMemory(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?) ?(MB|GB)$/.exec(text.trim().toUpperCase());
  return match ? Number(match[1]) * unitMegabytes[match[2] as keyof typeof unitMegabytes] : undefined;
}

/** "0.4 s", "58 s", "3 min 07 s", "2 h 05 min". */
export function formatDuration(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const pad = (value: number): string => String(value).padStart(2, '0');
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${pad(whole % 60)} s`;
  return `${Math.floor(whole / 3600)} h ${pad(Math.floor((whole % 3600) / 60))} min`;
}

/** Four significant digits, without trailing zeros: 0.03214, 98.2, 1.2e-7. */
export function formatNumber(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(4))) : String(value);
}

/** "1,234,567". */
export function formatCount(value: number): string {
  return value.toLocaleString('en-US');
}

/** "512 B", "1.2 kB", "35 MB". */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  const value = bytes / 1000 ** power;
  return `${power > 0 && value < 10 ? value.toFixed(1) : Math.round(value)} ${units[power]}`;
}
