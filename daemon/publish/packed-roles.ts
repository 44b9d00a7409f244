import type { Document } from '../../core/metadata/document.ts';
import { PackedTargets } from '../../core/metadata/packed-targets.ts';
import type { DocumentCache, LoadedRepository } from '../../core/rules/repository.ts';

/** Parsed files by object id, of which targets roles are packed. */
export class PackedRoles implements DocumentCache {
  readonly #documents = new Map<string, Document>();

  get(oid: string): Document | undefined {
    return this.#documents.get(oid);
  }

  set(oid: string, document: Document): void {
    const kept = document.type === 'targets' ? PackedTargets.of(document as Targets) : document;
    this.#documents.set(oid, kept);
  }

  /** Roles that were kept. */
  addAll(roles: ReadonlyMap<string, Document>): void {
    for (const [oid, document] of roles) this.#documents.set(oid, document);
  }

  /** Forgets all but what a repository is made of. */
  keepOnly({ root, roots, roles }: LoadedRepository): void {
    const current = new Set<Document>([root, ...roots]);
    for (const { document } of roles.values()) current.add(document);
    for (const [oid, document] of this.#documents) {
      if (!current.has(document)) this.#documents.delete(oid);
    }
  }
}

type Targets = Document<'targets'>;
