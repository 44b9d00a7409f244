import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { serveContent, type ContentServer } from '../../kit/content-server.ts';
import { sha256, SimulatedRepository } from '../../kit/simulated-repository.ts';
import { temporaryFolder } from '../../kit/temporary-folder.ts';
import { runClient } from './client-process.ts';

/** A repository, its server and the folders of a client under test, new for each test. */
export class Scene {
  readonly repository: SimulatedRepository;
  readonly server: ContentServer;
  readonly metadataDir: string;
  readonly targetsDir: string;
  metadataUrl: string;
  targetsUrl: string;
  readonly #rootFile: string;
  /** Digests of all files that the client may have seen. */
  readonly #served = new Set<string>();
  #asked = 0;
  #stderr = '';

  constructor(folder: string, repository: SimulatedRepository, server: ContentServer) {
    this.repository = repository;
    this.server = server;
    this.metadataDir = path.join(folder, 'metadata');
    this.targetsDir = path.join(folder, 'targets');
    this.#rootFile = path.join(folder, 'first root.json');
    this.metadataUrl = `${server.url}metadata/`;
    this.targetsUrl = `${server.url}targets/`;
  }

  /** Each run of the client returns its exit status. */
  async init(root = this.repository.bytes('root')): Promise<number | null> {
    await writeFile(this.#rootFile, root);
    this.#served.add(sha256(root));
    return this.run(['--metadata-dir', this.metadataDir, 'init', this.#rootFile]);
  }

  async refresh(later?: string): Promise<number | null> {
    return this.run([...this.#metadataOptions(), 'refresh'], later);
  }

  async download(targets: readonly string[], later?: string): Promise<number | null> {
    const names = targets.flatMap((target) => ['--target-name', target]);
    const where = ['--target-dir', this.targetsDir, '--target-base-url', this.targetsUrl];
    return this.run([...this.#metadataOptions(), ...names, ...where, 'download'], later);
  }

  async run(args: readonly string[], later?: string): Promise<number | null> {
    for (const file of this.repository.files.values()) this.#served.add(sha256(file));
    this.#asked = this.server.rawRequests.length;
    const { exit, stderr } = await runClient(args, later);
    assert.match(stderr, exit === 0 ? /^$/ : /^tuf-on-git-conformance: \[[a-z.-]+\] [^\n]+\n$/);
    this.#stderr = stderr;
    return exit;
  }

  /** The code of the fault that ended the last run. */
  get fault(): string {
    return /\[([a-z.-]+)\]/.exec(this.#stderr)?.[1] ?? 'none';
  }

  /**
   * What the last run asked for, in order, nothing decoded: `2.root timestamp 1.snapshot`, targets as
   * `targets/#.a.txt` where # is a digest.
   */
  get asked(): string {
    return this.server.rawRequests
      .slice(this.#asked)
      .map((url) => url.replace(/^metadata\/(.*)\.json$/s, '$1'))
      .map((url) => url.replace(/^(targets\/.*?)(?:[0-9a-f]{64,128})(\.[^/]*)$/s, '$1#$2'))
      .join(' ');
  }

  /** What the client trusts: `root 1, snapshot 1`, by file name. Each file is as it was served. */
  async trusted(): Promise<string> {
    const names = (await this.#names(this.metadataDir)).filter((name) => name !== 'anchor');
    const roles = names.map(async (name) => {
      const bytes = await readFile(path.join(this.metadataDir, name));
      assert.ok(this.#served.has(sha256(bytes)), `${name} is not as it was served`);
      const { signed } = JSON.parse(bytes.toString()) as { signed: { version: number } };
      return `${name.replace(/\.json$/, '')} ${signed.version}`;
    });
    return (await Promise.all(roles)).join(', ');
  }

  /** What lies in the target folder: file name to content. */
  async downloaded(): Promise<Readonly<Record<string, string>>> {
    const names = await this.#names(this.targetsDir);
    const files = names.map(async (name) => {
      return [name, await readFile(path.join(this.targetsDir, name), 'utf8')] as const;
    });
    return Object.fromEntries(await Promise.all(files));
  }

  async #names(folder: string): Promise<readonly string[]> {
    try {
      return (await readdir(folder)).toSorted();
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
      throw error;
    }
  }

  #metadataOptions(): readonly string[] {
    return ['--metadata-dir', this.metadataDir, '--metadata-url', this.metadataUrl];
  }
}

/**
 * A scene for each test of the enclosing suite: version 1 of the four roles is published, for thirty
 * days by the clock of this machine, which is the client's; the client has not been initialised.
 */
export function conformanceScene(): () => Scene {
  const folder = temporaryFolder();
  let scene: Scene | undefined;
  beforeEach(async () => {
    const repository = new SimulatedRepository(fromNow(30));
    repository.namesContent = false;
    repository.publish();
    scene = new Scene(folder.path, repository, await serveContent(repository.files));
  });
  afterEach(async () => {
    await scene?.server.close();
  });
  return () => scene ?? assert.fail('the scene is set before each test');
}

/** An instant as metadata has it, so many days from the system's time. */
export function fromNow(days: number): string {
  const time = new Date(Date.now() + days * 86_400_000);
  return time.toISOString().replace(/\.\d+Z$/, 'Z');
}
