import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import path from 'node:path';
import { freePort, isOpen } from './free-port.ts';
import { until } from './until.ts';

const program = '/usr/sbin/sshd';
const script = path.resolve(import.meta.dirname, '../../docs/install/git-over-ssh.sh');

/** A real sshd on a port of its own, with the shipped command, that nothing of this machine knows of. */
export interface Sshd {
  /** Any path will do. */
  readonly url: string;
  /** `GIT_SSH_COMMAND` of a person with a key here; the name of nobody: a key that is not listed. */
  command(name: string): string;
  close(): Promise<void>;
}

export function hasSshd(): boolean {
  return existsSync(program);
}

/** @param people who has a key */
export async function startSshd(repository: string, people: readonly string[]): Promise<Sshd> {
  const own = await mkdtemp(path.join(tmpdir(), 'tuf-on-git-sshd-'));
  const keyOf = (name: string) => path.join(own, `${name}.key`);
  const port = await freePort();
  for (const name of ['host', 'nobody', ...people]) makeKey(keyOf(name));
  const lines = people.map(async (name) => {
    const key = await readFile(`${keyOf(name)}.pub`, 'utf8');
    return `restrict,command="${script} ${name} ${repository}" ${key}`;
  });
  await writeFile(path.join(own, 'authorized_keys'), (await Promise.all(lines)).join(''));
  await writeFile(path.join(own, 'config'), configuration(own, port));
  // It wants this folder when it runs as root, and its package makes it only where services are started.
  if (process.getuid?.() === 0) await mkdir('/run/sshd', { recursive: true });
  const args = ['-D', '-e', '-f', path.join(own, 'config')];
  const child = spawn(program, args, { stdio: 'ignore' });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const close = async () => {
    child.kill('SIGTERM');
    await ended;
    await rm(own, { recursive: true });
  };
  await until('sshd answers', () => isOpen(port));
  const options = ['-F none', '-o IdentitiesOnly=yes', '-o StrictHostKeyChecking=no'];
  const quiet = ['-o UserKnownHostsFile=/dev/null', '-o LogLevel=ERROR', '-o SendEnv=*'];
  return {
    url: `ssh://${userInfo().username}@127.0.0.1:${port}/any/path.git`,
    command: (name) => ['ssh', ...options, ...quiet, `-i ${keyOf(name)}`].join(' '),
    close,
  };
}

function makeKey(file: string): void {
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', file]);
  assert.ok(existsSync(`${file}.pub`));
}

/** As the manual has it, apart from where things lie: folders of tests are open to others. */
function configuration(own: string, port: number): string {
  return [
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    `HostKey ${own}/host.key`,
    `AuthorizedKeysFile ${own}/authorized_keys`,
    `PidFile ${own}/pid`,
    'StrictModes no',
    'UsePAM no',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'AcceptEnv GIT_PROTOCOL',
    'PermitUserEnvironment no',
    '',
  ].join('\n');
}
