import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { validate, ValidationSeverity } from 'dockerfile-utils';
import { exists, textOf } from '../structure/source-tree.ts';

const text = textOf('Dockerfile');
/** Each instruction on a line of its own, without comments. */
const instructions = text
  .replace(/^#.*\n/gm, '')
  .replace(/\\\n\s*/g, '')
  .split('\n');
const finalStage = instructions.slice(
  instructions.findLastIndex((line) => line.startsWith('FROM ')),
);

describe('the Dockerfile', () => {
  it('has nothing that a linter objects to', () => {
    const { ERROR } = ValidationSeverity;
    const found = validate(text, {
      deprecatedMaintainer: ERROR,
      directiveCasing: ERROR,
      emptyContinuationLine: ERROR,
      instructionCasing: ERROR,
      instructionCmdMultiple: ERROR,
      instructionEntrypointMultiple: ERROR,
      instructionHealthcheckMultiple: ERROR,
      instructionJSONInSingleQuotes: ERROR,
      instructionWorkdirRelative: ERROR,
    });
    assert.deepEqual(found, []);
    assert.notDeepEqual(validate(`${text}WORKDIR\n`), []);
  });

  it('runs as somebody who is not root, in a volume of theirs', () => {
    const user = finalStage.filter((line) => line.startsWith('USER ')).at(-1);
    assert.equal(user, 'USER tuf');
    assert.ok(finalStage.includes('VOLUME /srv/tuf'));
    assert.ok(finalStage.some((line) => line.includes('useradd') && line.endsWith('/srv/tuf')));
  });

  it('copies nothing of this machine but what is there, and leaves out what it builds anew', () => {
    const copied = instructions
      .filter((line) => /^COPY (?!--from)/.test(line))
      .flatMap((line) => line.split(' ').slice(1, -1));
    assert.deepEqual(
      copied.filter((file) => !exists(file)),
      [],
    );
    const ignored = textOf('.dockerignore').split('\n');
    for (const name of ['.git', 'dist', 'node_modules']) assert.ok(ignored.includes(name), name);
  });

  it('builds on a Node that the package takes', () => {
    const { engines } = JSON.parse(textOf('package.json')) as { engines: { node: string } };
    const [, least] = />=(\d+)\./.exec(engines.node) ?? [];
    const bases = instructions.filter((line) => line.startsWith('FROM '));
    assert.equal(bases.length, 2);
    for (const base of bases) assert.ok(base.startsWith(`FROM node:${least ?? ''}-`), base);
  });

  describe('its health check', () => {
    const check = finalStage.find((line) => line.startsWith('HEALTHCHECK ')) ?? '';
    const [, json = '[]'] = /CMD (\[.*\])$/.exec(check) ?? [];
    const [, ...args] = JSON.parse(json) as string[];

    async function statusFor(url: string): Promise<number> {
      const child = spawn(process.execPath, args, { env: { READY_URL: url }, stdio: 'ignore' });
      const [status] = (await once(child, 'close')) as [number];
      return status;
    }

    it('tells a daemon that is ready from one that is not, and from none', async () => {
      const server = createServer((request, response) => {
        response.writeHead(request.url === '/readyz' ? 200 : 503).end();
      });
      await once(server.listen(0, '127.0.0.1'), 'listening');
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      assert.equal(await statusFor(`${url}/readyz`), 0);
      assert.equal(await statusFor(`${url}/bad-tip`), 1);
      await new Promise((resolve) => server.close(resolve));
      assert.equal(await statusFor(`${url}/readyz`), 1);
    });
  });
});
