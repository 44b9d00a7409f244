import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { Alarms } from '../../daemon/alarms.ts';
import { makeLog } from '../../daemon/log.ts';

describe('the daemon’s log', () => {
  const logged = (forPerson: boolean) => {
    const pieces: string[] = [];
    const out = new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        pieces.push(chunk.toString());
        done();
      },
    });
    const alarms = new Alarms(makeLog('info', forPerson, out), () => undefined);
    const where = 'refs/heads/main\u001b[2J';
    alarms.raise('tip', [{ code: 'publish.bad-tip', where, message: 'it breaks the rules' }]);
    return pieces.join('').trimEnd().split('\n');
  };

  it('tells an alarm to a person in one line, with what to do, and nothing that a terminal obeys', () => {
    const [line = '', ...more] = logged(true).map((text) => stripVTControlCharacters(text));
    assert.deepEqual(more, []);
    assert.match(line, /ERROR: \[publish\.bad-tip\] refs\/heads\/main\\u\{001b\}\[2J: it breaks/);
    assert.match(line, /; move it back .*: tuf-on-git repair HOME$/);
  });

  it('tells it to a machine in one line of JSON, with the same as fields', () => {
    const [line = '', ...more] = logged(false);
    assert.deepEqual(more, []);
    const { level, alarm, code, hint } = JSON.parse(line) as Record<string, unknown>;
    assert.deepEqual({ level, alarm, code }, { level: 50, alarm: 'tip', code: 'publish.bad-tip' });
    assert.match(hint as string, /tuf-on-git repair HOME$/);
  });
});
