/** The scripts of `completion`, in the shells that they are for. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { temporaryFolder } from '../../kit/temporary-folder.ts';
import { assertShown, withProgram } from '../../kit/typing.ts';

const isThere = (shell: string) => spawnSync(shell, ['-c', ':']).status === 0;

describe('tuf-on-git completion', () => {
  const folder = temporaryFolder();

  beforeEach(() => {
    writeFileSync(path.join(folder.path, 'bobs key.json'), '');
    writeFileSync(path.join(folder.path, 'alice.json'), '');
  });

  function output(shell: string, script: string): string {
    const { status, stdout, stderr } = spawnSync(shell, ['-c', script], {
      cwd: folder.path,
      encoding: 'utf8',
      env: withProgram(folder.path),
    });
    assert.deepEqual({ status, stderr }, { status: 0, stderr: '' });
    return stdout.trim();
  }

  for (const shell of ['bash', 'zsh', 'fish']) {
    it(`${shell}: is a script that the shell takes`, function () {
      if (!isThere(shell)) this.skip();
      output(shell, `tuf-on-git completion ${shell} > script && ${shell} -n script`);
    });
  }

  it('refuses another shell', () => {
    const script = 'tuf-on-git completion tcsh 2>&1; echo $?';
    assert.match(output('bash', script), /Allowed choices are bash, zsh, fish\.\n2$/);
  });

  /**
   * What bash would offer, and with which of its options for files.
   * @param word as bash cuts it: behind the last blank, `=` or `:`
   */
  function bashOffers(line: string, word: string): string {
    const script = `
      compopt() { echo "compopt $*"; }
      source <(tuf-on-git completion bash)
      COMP_LINE='${line}' COMP_POINT=${line.length}
      _tuf_on_git tuf-on-git '${word}'
      echo "\${COMPREPLY[@]}"`;
    return output('bash', script);
  }

  it('bash: completes commands, options and values', () => {
    const defined = output('bash', 'source <(tuf-on-git completion bash); complete -p tuf-on-git');
    assert.equal(defined, 'complete -o default -F _tuf_on_git tuf-on-git');
    const noFiles = (text: string) => `compopt +o default\n${text}`;
    assert.equal(bashOffers('tuf-on-git key gen', 'gen'), noFiles('generate'));
    assert.equal(bashOffers('tuf-on-git get --repo', '--repo'), noFiles('--repository'));
    const types = 'ed25519 ecdsa rsa';
    assert.equal(bashOffers('tuf-on-git key generate --type ', ''), noFiles(types));
    assert.equal(bashOffers('tuf-on-git key generate --type=ec', 'ec'), noFiles('ecdsa'));
  });

  it('bash: leaves files and folders to itself, where they may stand', () => {
    assert.equal(bashOffers('tuf-on-git key show file:al', 'al'), '');
    assert.equal(bashOffers(String.raw`tuf-on-git key show bobs\ `, String.raw`bobs\ `), '');
    assert.equal(bashOffers('tuf-on-git serve ', ''), 'compopt +o default -o dirnames');
    assert.equal(bashOffers('tuf-on-git get x', 'x'), 'compopt +o default');
  });

  it('zsh: completes commands, options, values and files', function () {
    if (!isThere('zsh')) this.skip();
    assertShown(folder.path, {
      'tuf-on-git key gen': 'tuf-on-git key generate ',
      'tuf-on-git key generate --type ': 'ed25519*ecdsa*rsa',
      'tuf-on-git key generate --type=ec': '--type=ecdsa ',
      'tuf-on-git key show file:ali': 'file:alice.json ',
      'tuf-on-git get --output=bo': String.raw`bobs\\ key.json `,
    });
  });

  it('fish: completes commands, options, values and files', function () {
    if (!isThere('fish')) this.skip();
    const lines = [
      'key gen',
      'key generate --type ',
      'key show file:ali',
      'get --output=bo',
      'get ',
    ];
    const each = lines.map((line) => `complete -C 'tuf-on-git ${line}'; echo`).join('\n');
    assert.equal(
      output('fish', `tuf-on-git completion fish | source\n${each}`),
      [
        'generate\tmake a key: in a file (NAME.json, and NAME.pub beside it) or inside a token',
        'ecdsa\ned25519\nrsa',
        'file:alice.json',
        '--output=bobs key.json',
      ].join('\n\n'),
    );
  });
});
