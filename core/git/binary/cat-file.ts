import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { isObjectId, type ObjectId } from '../object-id.ts';
import { ended, firstComplaint, gitFault, startGit, type GitRepository } from './git-command.ts';

export type ObjectType = 'blob' | 'tree' | 'commit' | 'tag';

export interface ObjectInfo {
  readonly oid: ObjectId;
  readonly type: ObjectType;
  /** In bytes. */
  readonly size: number;
}

/** An object, without its bytes when it was asked for `info` only. */
export interface CatFileAnswer {
  readonly info: ObjectInfo;
  readonly content: Buffer;
}

interface Question {
  readonly hasContent: boolean;
  readonly resolve: (answer: CatFileAnswer | undefined) => void;
  readonly reject: (error: unknown) => void;
}

/** `info` asks for type and size, `contents` for the bytes as well: git-cat-file(1). */
export type CatFileCommand = 'info' | 'contents';

const ARGS = ['cat-file', '--batch-command'];

/**
 * One long-lived `git cat-file`: questions go in as lines, answers come back in the same order, and
 * any number may be under way. Started by the first question, and again after it died.
 *
 * Invariant: `waiting` holds the questions written and not yet answered, oldest first.
 */
export class CatFile {
  private readonly repository: GitRepository;
  private child: ChildProcessWithoutNullStreams | undefined;
  private gone: Promise<void> = Promise.resolve();
  private waiting: Question[] = [];
  private unread: Buffer[] = [];
  private unreadBytes = 0;
  /** How many bytes must be there before parsing can go on. */
  private wanted = 1;
  private current: ObjectInfo | undefined;
  private watchdog: NodeJS.Timeout | undefined;

  constructor(repository: GitRepository) {
    this.repository = repository;
  }

  /**
   * @param name an object id, or `<id>:<path>` without line breaks
   * @returns undefined when there is no such object
   * @throws `repository.git` when git dies (a damaged object) or says nothing for too long
   */
  ask(command: CatFileCommand, name: string): Promise<CatFileAnswer | undefined> {
    const child = this.child ?? this.start();
    return new Promise((resolve, reject) => {
      this.waiting.push({ hasContent: command === 'contents', resolve, reject });
      this.watch();
      // Questions that are asked together go out together.
      child.stdin.cork();
      child.stdin.write(`${command} ${name}\n`);
      process.nextTick(() => {
        child.stdin.uncork();
      });
    });
  }

  /** Lets the process answer what it was asked, ends it and waits until it is gone. */
  async close(): Promise<void> {
    this.child?.stdin.end();
    await this.gone;
  }

  private start(): ChildProcessWithoutNullStreams {
    const child = startGit(this.repository, ARGS);
    const complaint = firstComplaint(child);
    child.stdin.on('error', () => undefined);
    child.stdout.on('data', (chunk: Buffer) => {
      this.take(chunk);
    });
    this.child = child;
    this.gone = ended(child).then(() => {
      this.fail(gitFault(ARGS, complaint() || 'it ended before it had answered'));
    });
    return child;
  }

  private fail(error: unknown): void {
    clearTimeout(this.watchdog);
    const open = this.waiting;
    this.child = undefined;
    this.current = undefined;
    this.waiting = [];
    this.unread = [];
    this.unreadBytes = 0;
    this.wanted = 1;
    for (const question of open) question.reject(error);
  }

  /** Silence while a question is open means that git hangs. */
  private watch(): void {
    clearTimeout(this.watchdog);
    if (this.waiting.length === 0) return;
    this.watchdog = setTimeout(() => this.child?.kill('SIGKILL'), this.repository.timeoutMs);
  }

  private take(chunk: Buffer): void {
    this.unread.push(chunk);
    this.unreadBytes += chunk.length;
    if (this.unreadBytes < this.wanted) return;
    let bytes = this.unread.length === 1 ? chunk : Buffer.concat(this.unread);
    for (let rest = this.step(bytes); rest !== undefined; rest = this.step(bytes)) bytes = rest;
    this.unread = bytes.length === 0 ? [] : [bytes];
    this.unreadBytes = bytes.length;
    this.watch();
  }

  /** Parses one header or one content; undefined when more bytes are needed. */
  private step(bytes: Buffer): Buffer | undefined {
    return this.current === undefined ? this.header(bytes) : this.content(bytes, this.current);
  }

  private header(bytes: Buffer): Buffer | undefined {
    const end = bytes.indexOf(0x0a);
    this.wanted = bytes.length + 1;
    if (end < 0) return undefined;
    const info = parseHeader(bytes.toString('latin1', 0, end));
    if (info !== undefined && this.waiting[0]?.hasContent === true) this.current = info;
    else this.answer(info && { info, content: Buffer.alloc(0) });
    return bytes.subarray(end + 1);
  }

  private content(bytes: Buffer, info: ObjectInfo): Buffer | undefined {
    this.wanted = info.size + 1;
    if (bytes.length < this.wanted) return undefined;
    this.current = undefined;
    this.answer({ info, content: Buffer.from(bytes.subarray(0, info.size)) });
    return bytes.subarray(info.size + 1);
  }

  private answer(answer: CatFileAnswer | undefined): void {
    this.waiting.shift()?.resolve(answer);
  }
}

/** `<id> <type> <size>`; anything else (`… missing`, `… ambiguous`) is no object. */
function parseHeader(line: string): ObjectInfo | undefined {
  const [, oid = '', type = '', size = ''] = /^([0-9a-f]{40}) ([a-z]+) (\d+)$/.exec(line) ?? [];
  if (!isObjectId(oid) || !isObjectType(type)) return undefined;
  return { oid, type, size: Number(size) };
}

function isObjectType(text: string): text is ObjectType {
  return text === 'blob' || text === 'tree' || text === 'commit' || text === 'tag';
}
