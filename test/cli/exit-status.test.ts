import assert from 'node:assert/strict';
import { exitStatus } from '../../cli/terminal/exit-status.ts';
import { ruleCodes } from '../../core/error/codes.ts';

describe('exitStatus', () => {
  it('is 1 for every rule that a push can break', () => {
    assert.deepEqual([...new Set(ruleCodes.map(exitStatus))], [1]);
  });

  it('is 1 for what a client refuses', () => {
    assert.equal(exitStatus('rollback.timestamp'), 1);
    assert.equal(exitStatus('metadata.hash'), 1);
    assert.equal(exitStatus('search.not-found'), 1);
    assert.equal(exitStatus('download.redirected'), 1);
  });

  it('is 2 for what has to be asked differently', () => {
    assert.equal(exitStatus('usage.argument'), 2);
    assert.equal(exitStatus('home.configuration'), 2);
    assert.equal(exitStatus('signer.key-ambiguous'), 2);
    assert.equal(exitStatus('client.not-trusted-yet'), 2);
    assert.equal(exitStatus('repository.missing'), 2);
  });

  it('tells a wrong secret from a missing key', () => {
    assert.equal(exitStatus('signer.passphrase'), 1);
    assert.equal(exitStatus('signer.pin'), 1);
    assert.equal(exitStatus('signer.key-not-found'), 2);
  });

  it('is 3 when the other side could not be reached', () => {
    assert.equal(exitStatus('download.unreachable'), 3);
    assert.equal(exitStatus('download.status'), 3);
    assert.equal(exitStatus('repository.unreachable'), 3);
    assert.equal(exitStatus('signer.unavailable'), 3);
  });

  it('is 4 when more signatures are needed', () => {
    assert.equal(exitStatus('workspace.waiting'), 4);
  });
});
