/**
 * What `info` shows a person of a target. Everything here but the URLs is somebody else's text: each
 * piece is made printable before it is laid out, so that none ends a line or pretends to be one.
 */
import { visible } from '../../core/error/error.ts';
import { counted } from '../terminal/counted.ts';
import { fitted } from '../terminal/text-width.ts';
import { textOf } from '../../core/rules/words/describe-values.ts';
import type { KnownRole, KnownTarget } from './known-target.ts';

/** Columns. Only a target path and a URL may take more, for whoever copies them. */
const width = 100;
/** Of each kind of thing that metadata may have any number of. */
const most = 20;
const label = 14;

/** Lines: the target itself, then each role on the way to it. The first one is the target path. */
export function describeTarget(target: KnownTarget): readonly string[] {
  const { path, length, hashes, custom, urls, role, chain } = target;
  const digests = Object.entries(hashes).flatMap(([name, hex]) => rows(name, inPieces(hex)));
  const fields = Object.entries(custom ?? {}).map(([name, value]) => `${name}: ${textOf(value)}`);
  return [
    visible(path),
    ...rows('length', [counted(length, 'byte')]),
    ...digests,
    ...urls.map((url, at) => `  ${(at === 0 ? 'url' : '').padEnd(label)}${visible(url)}`),
    ...rows('custom', fields),
    ...rows('listed by', [role]),
    ...chain.flatMap(describeRole),
  ];
}

function describeRole(role: KnownRole): readonly string[] {
  const { delegator, version, expires, threshold, keys } = role;
  const needed = `${threshold} of ${counted(keys.length, 'key')} must sign`;
  return [
    fitted(visible(`role ${role.role}`), width),
    ...rows('version', [`${version}, until ${expires}`]),
    ...rows('trusted by', [delegator]),
    ...rows('for', coverage(role)),
    ...rows('threshold', [needed]),
    ...rows('signed', keys.filter(({ hasSigned }) => hasSigned).map(keyText)),
    ...rows('not signed', keys.filter(({ hasSigned }) => !hasSigned).map(keyText)),
  ];
}

function coverage({ delegation }: KnownRole): readonly string[] {
  if (delegation === null) return ['every path'];
  const { paths, pathHashPrefixes = [], succinctRoles, terminating } = delegation;
  const end = terminating
    ? 'nobody is asked after it (terminating)'
    : 'others may be asked after it';
  return [...(succinctRoles ? [binText(succinctRoles)] : (paths ?? hashed(pathHashPrefixes))), end];
}

function binText({ namePrefix, bitLength }: { namePrefix: string; bitLength: number }): string {
  return `its part of every path: one of ${2 ** bitLength} succinct roles ${namePrefix}-…`;
}

function hashed(prefixes: readonly string[]): readonly string[] {
  return prefixes.map((prefix) => `paths whose SHA-256 begins with ${prefix}`);
}

function keyText({ keyid, owner }: KnownRole['keys'][number]): string {
  const short = fitted(visible(keyid), 64);
  return owner === null ? short : `${short}  ${owner}`;
}

/** A digest of 512 bits is longer than a line. */
function inPieces(hex: string): readonly string[] {
  return hex.match(/.{1,64}/gsu) ?? [''];
}

/** The label stands before the first of the values, and each has a line. */
function rows(name: string, values: readonly string[]): readonly string[] {
  const rest = values.length - most;
  const shown = rest > 0 ? [...values.slice(0, most), `and ${rest} more; --json has all`] : values;
  return shown.map((value, at) => {
    const head = fitted(visible(at === 0 ? name : ''), label - 1).padEnd(label);
    return fitted(`  ${head}${visible(value)}`, width);
  });
}
