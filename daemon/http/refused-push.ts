import type { Readable } from 'node:stream';
import type { Finding } from '../../core/error/error.ts';
import { hookFindings } from '../api/changes/hook-findings.ts';

const maxBytes = 64 * 1024;

/**
 * Reads along in what git answers to a push, up to a limit; at its end `refused` is told what the hook
 * refused it for, if it did.
 */
export function readRefusals(
  answer: Readable,
  refused: (findings: readonly Finding[]) => void,
): void {
  const pieces: Buffer[] = [];
  let bytes = 0;
  answer.on('data', (piece: Buffer) => {
    if (bytes >= maxBytes) return;
    bytes += piece.length;
    pieces.push(piece);
  });
  answer.once('end', () => {
    const findings = hookFindings(Buffer.concat(pieces).toString('utf8'));
    if (findings.length > 0) refused(findings);
  });
}
