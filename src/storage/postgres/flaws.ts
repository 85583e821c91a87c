/** What errors of PostgreSQL mean for who meets them. */
import { messageOf, TuneError } from '../../errors.ts';

/** Of the server's: connection exceptions, its shutdown and start, too many connections. */
const awayStates = /^(08|57P0[123]|53300|25P0[23])/;
/** Of the system's. */
const awayCodes =
  /^(ECONNREFUSED|ECONNRESET|ECONNABORTED|EPIPE|ETIMEDOUT|EHOSTUNREACH|EHOSTDOWN|ENETUNREACH|ENETDOWN|EAI_AGAIN)$/;
/** Of the client library and its pool, which give no codes. */
const awayMessages =
  /connection terminated|connection timeout|timeout expired|timeout exceeded|query read timeout|client was closed|not queryable/i;
/** Of transactions that came in each other's way: the server has let one of them go on. */
const conflictStates = /^40(001|P01)$/;

/** Whether the same may go well once the server or the network is back. */
export function isAway(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.some(isAway);
  const { code = '' } = error as { readonly code?: string };
  return awayStates.test(code) || awayCodes.test(code) || awayMessages.test(messageOf(error));
}

/** Whether the same may go well at once. */
export function isConflict(error: unknown): boolean {
  return conflictStates.test((error as { readonly code?: string }).code ?? '');
}

const hints: Readonly<Record<string, string>> = {
  '28P01': 'give the password in PGPASSWORD, or in the file that PGPASSFILE names',
  '28000': 'ask whoever keeps the database for access',
  '3D000': 'create it: createdb',
  '42501': 'the role lacks a right; see "Roles" in the documentation of studies on PostgreSQL',
  ENOTFOUND: 'check the host in the address',
};

/** As an error for people: no address with a password, no stack of the library. What is no error of the database stays. */
export function refusalOf(error: unknown, shown: string): unknown {
  const { code } = error as { readonly code?: string };
  const isOfDatabase = code !== undefined || isAway(error);
  return isOfDatabase ? connectionRefused(error, shown) : error;
}

/** The same of what kept a first connection from being: TLS and passwords fail in the client library, without codes. */
export function connectionRefused(error: unknown, shown: string): TuneError {
  if (error instanceof TuneError) return error;
  const texts = (error instanceof AggregateError ? error.errors : [error]).map(messageOf);
  const lacksPassword = texts.some(text => noPassword.test(text));
  const message = lacksPassword ? 'it asks for a password' : texts.join('; ');
  const hint = hints[lacksPassword ? '28P01' : ((error as { readonly code?: string }).code ?? '')];
  return new TuneError(
    'STORAGE_FAILED',
    { message: `${shown}: ${message}`, ...(hint !== undefined && { hint }) },
    { cause: error },
  );
}

const noPassword = /client password must be a/;
