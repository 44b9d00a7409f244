import assert from 'node:assert/strict';
import { refused } from '../../cli/workspace/send.ts';

describe('what the server’s hook said of a push', () => {
  const said = (...lines: string[]) =>
    refused({ accepted: false, lines: lines.map((text) => `tuf-on-git: ${text}`) }, 'main');

  it('is one line with the rule’s code, its sentence and its hint, however the hook broke it', () => {
    const whole = said(
      'refused [role.version-not-next] metadata/a.json: version 3 follows 1; make it 2',
    );
    assert.equal(whole.code, 'role.version-not-next');
    assert.match(whole.message, /server: metadata\/a\.json: version 3 follows 1; make it 2$/);
    const broken = said(
      'refused [event.withdrawn] metadata/tools.json:',
      '  this version was withdrawn',
      '   and never lands',
      '  make another version of it',
      'refused [role.threshold] metadata/other.json: 0 of 1',
    );
    assert.equal(broken.code, 'event.withdrawn');
    assert.match(
      broken.message,
      /server: metadata\/tools\.json: this version was withdrawn and never lands; make another version of it$/,
    );
  });

  it('is told as git’s own reason where the hook gave none', () => {
    const result = { accepted: false, lines: [], reason: 'hook declined' };
    assert.equal(refused(result, 'main').code, 'repository.refused');
    assert.match(refused(result, 'main').message, /hook declined$/);
  });
});
