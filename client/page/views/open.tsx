/** The stand-alone copy asks which repository to audit, and by which root. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { fault, type Finding } from '../../../core/error/error.ts';
import { claimsOf } from '../audit/index.ts';
import { Failure, reasonOf } from '../parts/promised.tsx';
import { fetchFirstRoot, type Source } from '../session.ts';

interface OpenProps {
  readonly onOpen: (source: Source) => void;
}

interface Wish {
  readonly base: string;
  readonly sha256: string;
  readonly file: File | undefined;
}

export function Open({ onOpen }: OpenProps): JSX.Element {
  const [failure, setFailure] = useState<Finding | string>();
  const open = (wish: Wish) => {
    setFailure(undefined);
    sourceOf(wish).then(onOpen, (error: unknown) => {
      setFailure(reasonOf(error));
    });
  };
  return (
    <>
      <h2>Audit a repository</h2>
      <p>
        Give the URL of its metadata, and the root that its people gave you by another way than its
        server: the file, or the SHA-256 of its first root.
      </p>
      {failure !== undefined && <Failure finding={failure} />}
      <form
        class="open"
        onSubmit={(event) => {
          event.preventDefault();
          open(wishOf(new FormData(event.currentTarget)));
        }}
      >
        <label for="base">Metadata URL</label>
        <input id="base" name="base" type="url" required placeholder="https://…/metadata" />
        <label for="file">Trusted root, a file</label>
        <input id="file" name="file" type="file" accept=".json,application/json" />
        <label for="sha256">or the SHA-256 of the first root</label>
        <input id="sha256" name="sha256" pattern="[0-9a-fA-F]{64}" autocomplete="off" />
        <button type="submit">Verify</button>
      </form>
    </>
  );
}

function wishOf(form: FormData): Wish {
  const text = (name: string) => {
    const value = form.get(name);
    return typeof value === 'string' ? value.trim() : '';
  };
  const file = form.get('file');
  const chosen = file instanceof File && file.size > 0 ? file : undefined;
  return {
    base: text('base').replace(/\/$/, ''),
    sha256: text('sha256').toLowerCase(),
    file: chosen,
  };
}

async function sourceOf({ base, sha256, file }: Wish): Promise<Source> {
  const targetsUrl = base.replace(/\/metadata$/, '/targets');
  const urls = { metadataUrl: base, targetsUrl };
  if (file !== undefined) {
    const root = new Uint8Array(await file.arrayBuffer());
    await claimsOf(root);
    return { ...urls, root, trust: 'the root in the file that you chose' };
  }
  if (sha256 === '') throw rootMissing();
  const root = await fetchFirstRoot(base);
  const { fingerprint } = await claimsOf(root);
  if (fingerprint === sha256) return { ...urls, root, trust: 'the first root, by its SHA-256' };
  throw otherRoot(base, fingerprint);
}

function rootMissing() {
  return fault('usage.argument', 'root', 'choose its file, or give the SHA-256 of the first one');
}

function otherRoot(base: string, fingerprint: string) {
  const message = `the first root of this server has another SHA-256: ${fingerprint}`;
  return fault('root.not-pinned', base, message, {
    hint: 'somebody stands between, or it is another repository: do not trust it',
  });
}
