import { pino, type Logger } from 'pino';
import pretty from 'pino-pretty';
import type { Finding } from '../core/error/error.ts';
import type { Config } from '../core/home/config.ts';

export type Log = Logger;

/**
 * The daemon's log on stderr: JSON lines, or plain text where a person reads along. Written
 * synchronously, so that the line that explains an end is there after it.
 */
export function makeLog(level: Config['logLevel'], forPerson: boolean): Log {
  const options = { level, base: null, timestamp: pino.stdTimeFunctions.isoTime };
  const stream = forPerson
    ? pretty({ sync: true, destination: 2, colorize: true, singleLine: true })
    : pino.destination({ dest: 2, sync: true });
  return pino(options, stream);
}

/** A finding as fields of a log line. */
export function findingFields(finding: Finding): Pick<Finding, 'code' | 'where' | 'hint'> {
  const { code, where, hint } = finding;
  return hint === undefined ? { code, where } : { code, where, hint };
}
