import type { JsonObject, JsonValue } from '../../../core/metadata/json.ts';
import { signed, type SimulatedRepository } from '../../kit/simulated-repository.ts';
import type { TestKey } from '../../kit/test-keys.ts';

interface Signature extends JsonObject {
  keyid: string;
  sig: string;
}

export interface Envelope extends JsonObject {
  signed: Record<string, JsonValue>;
  signatures: Signature[];
}

/** Where the newest version of a role lies. */
export function fileOf(repository: SimulatedRepository, role: string): string {
  const { version } = envelope(repository.bytes(role)).signed;
  const isVersioned = role === 'root' || repository.root.consistent_snapshot;
  return `metadata/${isVersioned && role !== 'timestamp' ? `${Number(version)}.` : ''}${role}.json`;
}

/** Changes the newest version of a role where it lies, and has it signed anew. */
export function resign(
  repository: SimulatedRepository,
  role: string,
  change: (signed: Record<string, JsonValue>) => void,
  keys: readonly TestKey[] = repository.signersOf(role),
): void {
  const { signed: content } = newest(repository, role);
  change(content);
  repository.files.set(fileOf(repository, role), signed(content, keys));
}

/** Changes the newest version of a role where it lies, signatures and all. */
export function tamper(
  repository: SimulatedRepository,
  role: string,
  change: (file: Envelope) => unknown,
): void {
  const file = newest(repository, role);
  change(file);
  repository.files.set(fileOf(repository, role), Buffer.from(JSON.stringify(file)));
}

/** Other bytes in the place of the newest version of a role. */
export function replace(repository: SimulatedRepository, role: string, bytes: string): void {
  repository.files.set(fileOf(repository, role), Buffer.from(bytes));
}

function newest(repository: SimulatedRepository, role: string): Envelope {
  return envelope(repository.files.get(fileOf(repository, role)) ?? repository.bytes(role));
}

export function envelope(bytes: Uint8Array): Envelope {
  return JSON.parse(Buffer.from(bytes).toString()) as Envelope;
}
