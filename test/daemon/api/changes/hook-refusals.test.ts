import assert from 'node:assert/strict';
import path from 'node:path';
import { accepted, apiSuite, bodyOf, codesOf, type ApiScene } from '../../../kit/api.ts';
import { newFile, release, releaseByBob } from '../../../kit/changes.ts';
import { putIntoHook } from '../../../kit/hook-script.ts';

/** What the hook alone knows: an operator's own lines in it, say, or another version of the rules. */
describe('a change that the hook refuses, though the daemon would not', () => {
  const open = apiSuite();
  let scene: ApiScene;

  beforeEach(async () => {
    scene = await open();
  });

  const refuse = (...lines: readonly string[]) =>
    putIntoHook(path.join(scene.home.paths.hooks, 'pre-receive'), 'pre-receive', ...lines);

  it('is refused with what the hook says, line for line', async () => {
    await refuse(
      'echo "tuf-on-git: refused [path.form] targets/a: closed; ask carol"',
      'echo "tuf-on-git: refused [role.threshold] metadata/alice.json: not today"',
      'exit 1',
    );
    const tip = await scene.home.tip();
    const reply = await scene.send(await bodyOf(scene.home, release(newFile)));
    assert.equal(reply.status, 422);
    assert.deepEqual(codesOf(reply), ['path.form', 'role.threshold']);
    assert.deepEqual(reply.json['errors'], [
      { code: 'path.form', where: 'targets/a', detail: 'closed; ask carol' },
      { code: 'role.threshold', where: 'metadata/alice.json', detail: 'not today' },
    ]);
    assert.equal(await scene.home.tip(), tip);
  });

  it('is to be sent again where the hook gives no reason', async () => {
    await refuse('exit 1');
    const reply = await scene.send(await bodyOf(scene.home, release(newFile)));
    assert.equal(reply.status, 503);
    assert.deepEqual(codesOf(reply), ['repository.refused']);
    assert.equal(reply.headers.get('retry-after'), '5');
  });

  it('does not take others along that came with it', async () => {
    await refuse(
      'input=$(cat)',
      'range=$(echo "$input" | cut -d" " -f1)..$(echo "$input" | cut -d" " -f2)',
      'if git log --format=%B "$range" | grep -q unwanted; then',
      '  echo "tuf-on-git: refused [path.form] targets/a: unwanted"; exit 1',
      'fi',
      'exec <<EOF',
      '$input',
      'EOF',
    );
    const [bad, good] = [
      await bodyOf(scene.home, release(newFile)),
      await bodyOf(scene.home, releaseByBob('bob-project/app/2.1/app.bin')),
    ];
    const [refused, other] = await Promise.all([
      scene.send({ ...bad, message: 'unwanted' }),
      scene.send(good),
    ]);
    assert.equal(refused.status, 422);
    assert.deepEqual(codesOf(refused), ['path.form']);
    assert.equal(accepted(other)['commit'], await scene.home.tip());
  });
});
