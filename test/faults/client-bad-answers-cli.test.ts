/** What a person sees of a bad answer: one line with its code, a status, and no change. */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { exitStatus } from '../../cli/terminal/exit-status.ts';
import { assertRefused, cliSandbox, type CliSandbox } from '../kit/cli.ts';
import { serveContent, type ContentServer } from '../kit/content-server.ts';
import { SimulatedRepository } from '../kit/simulated-repository.ts';
import { badAnswers, type BadAnswer } from './kit/bad-answers.ts';
import { lastADay } from './kit/lasting.ts';

describe('the command line, given a bad answer', () => {
  let sandbox: CliSandbox;
  let repository: SimulatedRepository;
  let server: ContentServer;

  before(async () => {
    repository = new SimulatedRepository();
    lastADay(repository);
    repository.addTarget('tool.bin', 'a tool '.repeat(1_000));
    repository.publishRoot();
    repository.publish();
    server = await serveContent(repository.files);
    sandbox = await cliSandbox();
    const root = repository.files.get('metadata/1.root.json') ?? '';
    await writeFile(path.join(sandbox.dir, 'root.json'), root);
    await sandbox.ok(['trust', 'root.json', '--url', server.url]);
    await sandbox.ok(['refresh']);
  });
  after(async () => {
    await server.close();
    await sandbox.remove();
  });

  for (const bad of oneOfEachKind()) {
    it(`that is ${bad.kind}, for a timestamp and for a target`, async () => {
      const before = await sandbox.files();
      await meets(bad, 'timestamp', bad.codes.unknown);
      await meets(bad, 'target', bad.codes.target);
      assert.deepEqual((await sandbox.files()).filter(isNamed), before);
      await sandbox.ok(['get', 'tool.bin', '-o', `good ${bad.kind}`]);
    });
  }

  async function meets(
    bad: BadAnswer,
    file: 'timestamp' | 'target',
    code: BadAnswer['codes']['target'],
  ): Promise<void> {
    const [name = '', genuine = ''] =
      [...repository.files].find(([each]) => each.includes(file === 'target' ? 'tool' : file)) ??
      [];
    server.answers.set(name, bad.answer(Buffer.from(genuine)));
    const run = await sandbox.run(['get', 'tool.bin', '-o', 'bad']);
    server.answers.clear();
    assertRefused(run, exitStatus(code), code);
  }
});

/** Those told by the clock alone take a minute and more: their code and status are the library's. */
function oneOfEachKind(): readonly BadAnswer[] {
  const seen = new Set<string>();
  return badAnswers.filter(({ kind, isSlow }) => !isSlow && !seen.has(kind) && seen.add(kind));
}

/** An unfinished download may stay, but not under the target's name. */
function isNamed(line: string): boolean {
  return !/ (\S*\/)?\.\S+\.(part|tmp)( |$)/.test(line);
}
