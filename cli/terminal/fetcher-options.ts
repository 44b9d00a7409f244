/** How servers are asked: the options of every command that downloads. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Command } from 'commander';
import type { Fetcher } from '../../client/fetcher.ts';
import { fault } from '../../core/error/error.ts';
import { wholeNumber } from './arguments.ts';
import type { Cli } from './cli.ts';

export interface FetcherOptions {
  readonly ca?: string;
  /** Seconds. */
  readonly timeout?: number;
}

export function addFetcherOptions(command: Command): Command {
  return command
    .option('--ca <file>', 'certificates, in PEM, by which servers are trusted too')
    .option('--timeout <seconds>', 'how long a server may be silent (default: 30)', wholeNumber(1));
}

/** @throws `usage.argument` when the certificates cannot be read */
export async function fetcherFor(cli: Cli, { ca, timeout }: FetcherOptions): Promise<Fetcher> {
  const { httpFetcher } = await import('../../client/http-fetcher.ts');
  const silenceMs = timeout === undefined ? undefined : timeout * 1000;
  return httpFetcher({
    ...(silenceMs === undefined ? {} : { answerTimeoutMs: silenceMs, stallTimeoutMs: silenceMs }),
    ...(ca === undefined ? {} : { ca: await readCertificates(path.resolve(cli.cwd, ca)) }),
  });
}

async function readCertificates(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw fault('usage.argument', file, 'the certificates cannot be read', { cause });
  });
  if (text.includes('-----BEGIN CERTIFICATE-----')) return text;
  throw fault('usage.argument', file, 'it holds no certificate in PEM');
}
