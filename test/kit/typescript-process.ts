import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

export interface TypeScriptProcess {
  readonly child: ChildProcess;
  /** Its exit status; null when it was killed. */
  readonly ended: Promise<number | null>;
}

/** A program of this folder in a process of its own. */
export function typeScriptProcess(name: string, ...args: readonly string[]): TypeScriptProcess {
  const program = path.join(import.meta.dirname, `${name}.ts`);
  const child = spawn(process.execPath, ['--import', 'tsx', program, ...args], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return { child, ended: once(child, 'exit').then(([status]) => status as number | null) };
}
