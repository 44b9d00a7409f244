import assert from 'node:assert/strict';
import fc from 'fast-check';
import { line } from '../../core/error/error.ts';
import { formatKeyUri, keyName, parseKeyUri, type KeyUri } from '../../core/signers/key-uri.ts';
import { throwsFault } from '../kit/faults.ts';

describe('key URIs', () => {
  it('name a file, relative or absolute', () => {
    assert.deepEqual(parseKeyUri('file:alice.json'), { kind: 'file', path: 'alice.json' });
    assert.deepEqual(parseKeyUri('file:/keys/a%20b.json'), {
      kind: 'file',
      path: '/keys/a b.json',
    });
    assert.deepEqual(parseKeyUri('file:///keys/alice.json'), {
      kind: 'file',
      path: '/keys/alice.json',
    });
    assert.deepEqual(parseKeyUri('file:my keys/ä.json'), { kind: 'file', path: 'my keys/ä.json' });
  });

  it('name a key in a token', () => {
    const text =
      'pkcs11:token=my%20token;object=online;id=%01%aB;serial=42?pin-source=file:/etc/pin';
    assert.deepEqual(parseKeyUri(text), {
      kind: 'pkcs11',
      token: 'my token',
      object: 'online',
      id: '01ab',
      serial: '42',
      pinSource: { kind: 'file', path: '/etc/pin' },
    });
  });

  it('take an id of characters that stand for themselves', () => {
    const uri = parseKeyUri('pkcs11:token=t;id=a%00b');
    assert.deepEqual(uri, { kind: 'pkcs11', token: 't', id: '610062' });
  });

  it('say where the secret is: a file or a descriptor', () => {
    assert.deepEqual(parseKeyUri('file:a?pin-source=file:b/c'), {
      kind: 'file',
      path: 'a',
      pinSource: { kind: 'file', path: 'b/c' },
    });
    assert.deepEqual(parseKeyUri('file:a?pin-source=fd:3'), {
      kind: 'file',
      path: 'a',
      pinSource: { kind: 'fd', fd: 3 },
    });
  });

  it('come back the same after being written', () => {
    fc.assert(
      fc.property(keyUris(), (uri) => {
        assert.deepEqual(parseKeyUri(formatKeyUri(uri)), uri);
      }),
    );
  });

  const hostile = {
    nothing: '',
    'another scheme': 'http://example.com/key',
    'a scheme in capitals': 'FILE:a',
    'a file of another host': 'file://evil/key.json',
    'an empty path': 'file:',
    'only slashes before a host': 'file:////evil/key.json',
    'a fragment': 'file:a#b',
    'a path with a line break': 'file:a\nb',
    'an encoded NUL': 'file:a%00b',
    'an encoded escape character': 'pkcs11:token=%1b[31m;object=a',
    'a text that turns direction': 'pkcs11:token=%e2%80%ae;object=a',
    'broken percent-encoding': 'file:a%2',
    'percent-encoding that is not hexadecimal': 'file:a%zz',
    'a text that is not UTF-8': 'pkcs11:token=%ff;object=a',
    'half a surrogate': 'file:\ud800',
    'no token': 'pkcs11:object=a',
    'no key': 'pkcs11:token=a',
    'no attributes': 'pkcs11:',
    'an empty label': 'pkcs11:token=a;object=',
    'an empty id': 'pkcs11:token=a;id=',
    'an attribute without a value': 'pkcs11:token;object=a',
    'an attribute twice': 'pkcs11:token=a;token=b;object=c',
    'an unknown attribute': 'pkcs11:token=a;object=b;slot-id=3',
    'an attribute named like an object’s': 'pkcs11:token=a;object=b;constructor=3',
    'a token label longer than PKCS#11 has': `pkcs11:token=${'a'.repeat(33)};object=b`,
    'a blank that is not encoded': 'pkcs11:token=a b;object=c',
    'a module path': 'pkcs11:token=a;object=b?module-path=/tmp/evil.so',
    'a module path among the attributes': 'pkcs11:token=a;object=b;module-path=/tmp/evil.so',
    'a module name': 'pkcs11:token=a;object=b?module-name=evil',
    'an empty query': 'file:a?',
    'a pin-source twice': 'file:a?pin-source=fd:3&pin-source=fd:4',
    'a pin-source that is a program': 'pkcs11:token=a;object=b?pin-source=|cat%20/etc/pin',
    'a pin-source that is a URL': 'file:a?pin-source=https://example.com/pin',
    'a pin-source on another host': 'file:a?pin-source=file://evil/pin',
    'a pin-source without a path': 'file:a?pin-source=file:',
    'a negative descriptor': 'file:a?pin-source=fd:-1',
    'an endless descriptor': 'file:a?pin-source=fd:99999999999',
  };
  for (const [what, text] of Object.entries(hostile)) {
    it(`refuse ${what}`, () => {
      throwsFault('signer.uri', () => parseKeyUri(text));
    });
  }

  it('refuse a PIN, and do not repeat it', () => {
    for (const text of [
      'pkcs11:token=a;object=b?pin-value=90210',
      'file:a?pin-source=90210',
      'pkcs11:token=a;object=b?90210',
      'pkcs11:token=a;object=b;pin-value=90210',
    ]) {
      const error = throwsFault('signer.uri', () => parseKeyUri(text));
      assert.doesNotMatch(line(error), /90210/);
    }
  });

  it('are named in errors without the place of the secret', () => {
    const uri = parseKeyUri('pkcs11:token=a;object=b?pin-source=file:/etc/pin');
    assert.equal(keyName(uri), 'pkcs11:token=a;object=b');
  });
});

function keyUris(): fc.Arbitrary<KeyUri> {
  const text = (maxLength: number) =>
    fc
      .string({ unit: 'binary', minLength: 1, maxLength })
      .filter((value) => !/[\p{Cc}\p{Cf}\p{Cs}]/u.test(value) && !value.startsWith('//'));
  const pinSource = fc.oneof(
    fc.record({ kind: fc.constant('file' as const), path: text(50) }, { noNullPrototype: true }),
    fc.record({ kind: fc.constant('fd' as const), fd: fc.nat(999) }, { noNullPrototype: true }),
  );
  const id = fc
    .uint8Array({ minLength: 1, maxLength: 20 })
    .map((bytes) => Buffer.from(bytes).toString('hex'));
  return fc.oneof(
    fc.record(
      { kind: fc.constant('file' as const), path: text(50), pinSource },
      { requiredKeys: ['kind', 'path'], noNullPrototype: true },
    ),
    fc.record(
      {
        kind: fc.constant('pkcs11' as const),
        token: text(8),
        object: text(20),
        id,
        serial: text(4),
        pinSource,
      },
      { requiredKeys: ['kind', 'token', 'object'], noNullPrototype: true },
    ),
  );
}
