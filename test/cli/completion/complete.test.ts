import assert from 'node:assert/strict';
import type { Command } from 'commander';
import { allCommands } from '../../../cli/all-commands.ts';
import { complete } from '../../../cli/completion/complete.ts';
import { namesOfValues, valueName } from '../../../cli/completion/paths.ts';
import { programFor } from '../../../cli/run-program.ts';
import { makeCli } from '../../../cli/terminal/cli.ts';

describe('completing a command line', () => {
  let program: Command;

  before(async () => {
    program = await programFor(undefined, allCommands, makeCli());
  });

  /** The last word is the one that is written. */
  const offered = (...words: readonly string[]) =>
    complete(program, words.slice(0, -1), words.at(-1) ?? '');
  const wordsFor = (...words: readonly string[]) =>
    offered(...words).candidates.map(({ word }) => word);

  function commandsBelow(command: Command): readonly Command[] {
    return [command, ...command.commands.flatMap(commandsBelow)];
  }

  it('offers every command that the help lists, and what it is for', () => {
    const help = program.helpInformation();
    const { candidates } = offered('');
    assert.ok(candidates.length > 25, `only ${candidates.length} commands`);
    for (const { word, meaning } of candidates) {
      assert.match(help, new RegExp(`^ {2}${word}\\b`, 'm'));
      assert.notEqual(meaning, '');
    }
    assert.deepEqual(wordsFor('re'), ['repair', 'restore', 'remove', 'refresh']);
  });

  it('offers the commands below a command, and its operands in their order', () => {
    assert.deepEqual(wordsFor('role', 'se'), ['set']);
    assert.deepEqual(wordsFor('role', 'set', 'project', 'se'), []);
    assert.equal(offered('add', 'tools/1.0/tool.tgz', '').paths, 'files');
    assert.equal(offered('add', '').paths, 'none');
    assert.equal(offered('add', 'tools/1.0/tool.tgz', 'tool.tgz', '').paths, 'none');
    assert.equal(offered('upload', 'a', 'b', 'c', '').paths, 'files');
    assert.equal(offered('serve', '').paths, 'folders');
  });

  it('offers each option of each command', () => {
    for (const command of commandsBelow(program)) {
      const names: string[] = [];
      for (let at = command; at.parent !== null; at = at.parent) names.unshift(at.name());
      const words = wordsFor(...names, '-');
      for (const { long } of command.options) {
        assert.ok(words.includes(long ?? ''), `${names.join(' ')} lacks ${long ?? 'an option'}`);
      }
      assert.ok(words.includes('--help'), names.join(' '));
    }
  });

  it('offers the choices of a value, behind a blank and behind =', () => {
    assert.deepEqual(wordsFor('key', 'generate', '--type', 'e'), ['ed25519', 'ecdsa']);
    assert.deepEqual(wordsFor('key', 'generate', '--type=ec'), ['--type=ecdsa']);
    assert.deepEqual(wordsFor('completion', ''), ['bash', 'zsh', 'fish']);
    assert.deepEqual(wordsFor('completion', 'fish', ''), []);
  });

  it('offers files or folders where a value is one, and neither elsewhere', () => {
    assert.equal(offered('get', '-o', '').paths, 'files');
    assert.equal(offered('get', '--output=x').paths, 'files');
    assert.equal(offered('get', '--dir', '').paths, 'folders');
    assert.equal(offered('get', '--jobs', '').paths, 'none');
    assert.equal(offered('get', '--json', '').paths, 'none');
    assert.equal(offered('get', '--json=x').paths, 'none');
  });

  it('takes no value for a command or an operand', () => {
    assert.deepEqual(wordsFor('get', '--repository', 'key', 'gen'), []);
    assert.equal(offered('add', '--role', 'project', 'tools/1.0/tool.tgz', '').paths, 'files');
    assert.deepEqual(wordsFor('role', 'add', 'x', '--paths', 'a/*', 'b/*', '--thr'), [
      '--threshold',
    ]);
    assert.deepEqual(wordsFor('get', '--', '--j'), []);
  });

  it('knows of each kind of value whether it is a path', () => {
    const known = new Set(['', ...Object.values(namesOfValues).flat()]);
    const values = commandsBelow(program).flatMap(({ options, registeredArguments }) => [
      ...options,
      ...registeredArguments,
    ]);
    const used = new Set(values.map(valueName));
    assert.deepEqual(
      [...used].filter((name) => !known.has(name)),
      [],
    );
    assert.deepEqual(
      [...known].filter((name) => !used.has(name)),
      [],
    );
  });
});
