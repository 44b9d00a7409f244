import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePort, isOpen } from './free-port.ts';
import { until } from './until.ts';

/** The shipped configuration, in a real nginx with one worker. */
export interface Nginx {
  /** Without a last `/`. */
  readonly url: string;
  close(): Promise<void>;
}

const shipped = path.resolve(import.meta.dirname, '../../docs/install/nginx.conf');
const usualPlaces = ['/usr/sbin/nginx', '/usr/local/sbin/nginx', '/opt/homebrew/bin/nginx'];

/** The program; undefined where it is not installed. */
export function nginxProgram(): string | undefined {
  return usualPlaces.find((file) => existsSync(file));
}

/** @param folder HOME/public, which others may read */
export async function startNginx(folder: string): Promise<Nginx> {
  const program = nginxProgram() ?? assert.fail('nginx is not installed');
  const own = await mkdtemp(path.join(tmpdir(), 'tuf-on-git-nginx-'));
  const port = await freePort();
  await writeFile(
    path.join(own, 'server.conf'),
    serverConfiguration(await readFile(shipped, 'utf8'), port, folder),
  );
  await writeFile(path.join(own, 'nginx.conf'), mainConfiguration(own));
  const args = ['-p', own, '-c', path.join(own, 'nginx.conf'), '-e', 'stderr'];
  execFileSync(program, ['-t', '-q', ...args], { stdio: 'inherit' });
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const close = async () => {
    child.kill('SIGQUIT');
    await ended;
    await rm(own, { recursive: true });
  };
  await until('nginx answers', () => isOpen(port));
  return { url: `http://127.0.0.1:${port}`, close };
}

/** The two lines that are an operator's, and no other. */
function serverConfiguration(text: string, port: number, folder: string): string {
  const replaced = text
    .replace(/^( +listen) .*;$/m, `$1 127.0.0.1:${port};`)
    .replace(/^( +root +) .*;$/m, `$1 ${folder};`);
  assert.equal(replaced.split('\n').filter((line, at) => line !== text.split('\n')[at]).length, 2);
  return replaced;
}

function mainConfiguration(own: string): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (what) => `  ${what}_temp_path ${own};`,
  );
  return [
    // An account that may read no more than others may.
    ...(process.getuid?.() === 0 ? ['user daemon;'] : []),
    'daemon off;',
    'worker_processes 1;',
    `pid ${own}/pid;`,
    'error_log stderr crit;',
    'events { worker_connections 1024; }',
    'http {',
    '  access_log off;',
    ...temporary,
    `  include ${own}/server.conf;`,
    '}',
    '',
  ].join('\n');
}
