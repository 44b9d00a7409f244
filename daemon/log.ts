import type { Writable } from 'node:stream';
import { pino, type Logger } from 'pino';
import pretty from 'pino-pretty';
import { visible, type Finding } from '../core/error/error.ts';
import type { Config } from '../core/home/config.ts';

export type Log = Logger;

const stderr = 2;

/**
 * The daemon's log on stderr: JSON lines, or plain text where a person reads along. Written
 * synchronously, so that the line that explains an end is there after it.
 */
export function makeLog(
  level: Config['logLevel'],
  forPerson: boolean,
  destination: number | Writable = stderr,
): Log {
  const options = { level, base: null, timestamp: pino.stdTimeFunctions.isoTime };
  if (forPerson) {
    const own = { messageFormat: messageLine, ignore: 'alarm,code,where,hint' };
    return pino(
      options,
      pretty({ sync: true, destination, singleLine: true, colorize: true, ...own }),
    );
  }
  const isFile = typeof destination === 'number';
  return pino(options, isFile ? pino.destination({ dest: destination, sync: true }) : destination);
}

/** A finding as fields of a log line. */
export function findingFields(finding: Finding): Pick<Finding, 'code' | 'where' | 'hint'> {
  const { code, where, hint } = finding;
  return hint === undefined ? { code, where } : { code, where, hint };
}

/** Findings as every edge prints them, `[code] where: message; hint`; other messages as they are. */
function messageLine(record: Record<string, unknown>, messageKey: string): string {
  const text = (key: string) => (typeof record[key] === 'string' ? record[key] : '');
  const [code, where, hint] = [text('code'), text('where'), text('hint')];
  const message = text(messageKey);
  if (code === '') return visible(message);
  return visible(`[${code}] ${where}: ${message}${hint === '' ? '' : `; ${hint}`}`);
}
