import { build } from 'esbuild';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type * as audit from '../../client/page/audit/index.ts';
import { pageBundling } from '../../scripts/page-bundling.mjs';

export interface BundledAudit {
  readonly library: typeof audit;
  /** What it would still import where it runs. */
  readonly imports: readonly string[];
}

/** The audit as browsers get it, in this process, which has WebCrypto and `fetch` as they have. */
export async function bundleAudit(): Promise<BundledAudit> {
  const name = `audit-${process.pid}.mjs`;
  const outfile = path.join(pageBundling.absWorkingDir, 'node_modules/.cache/tuf-on-git', name);
  const { metafile } = await build({
    ...pageBundling,
    entryPoints: ['client/page/audit/index.ts'],
    format: 'esm',
    outfile,
    metafile: true,
  });
  const library = (await import(pathToFileURL(outfile).href)) as typeof audit;
  await rm(outfile);
  const imports = Object.values(metafile.outputs).flatMap((output) =>
    output.imports.map((each) => each.path),
  );
  return { library, imports };
}
