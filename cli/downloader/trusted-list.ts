/** The repositories that are trusted here: shown, and forgotten. */
import type { TrustedRepository } from '../../client/repository-record.ts';
import type { TrustedState } from '../../client/trusted-state.ts';
import type { Cli } from '../terminal/cli.ts';
import { dataFolderOf } from '../terminal/trusted-option.ts';

/** `trust` by itself. */
export async function showTrusted(cli: Cli, options: { readonly json?: true }): Promise<void> {
  const { listTrusted } = await import('../../client/trusted-repositories.ts');
  const dataDir = await dataFolderOf(cli);
  const all = await Promise.all((await listTrusted({ dataDir })).map(withState));
  if (options.json === true) {
    cli.out.json(all.map(asJson));
    return;
  }
  if (all.length === 0) cli.out.say(`no repository is trusted yet, in ${dataDir}`);
  cli.out.table(
    ['NAME', 'ROOT', 'METADATA', 'SHA-256 OF THE FIRST ROOT'],
    all.map(({ name, metadataUrls, rootVersion, fingerprint }) => [
      ...[name, String(rootVersion ?? 'damaged')],
      ...[metadataUrls.join(' '), fingerprint ?? 'lost'],
    ]),
  );
}

/** `trust --forget NAME`. @throws `client.not-trusted-yet` */
export async function forget(
  cli: Cli,
  name: string,
  options: { readonly yes?: true; readonly json?: true },
): Promise<void> {
  const { openTrusted } = await import('../../client/trusted-repositories.ts');
  const { forgetRepository } = await import('../../client/trusted-state.ts');
  const repository = await withState(await openTrusted(name, { dataDir: await dataFolderOf(cli) }));
  const { folder, fingerprint = 'which is lost', metadataUrls } = repository;
  cli.out.say(`${name}, from ${metadataUrls.join(' ')}, is trusted by a root of SHA-256`);
  cli.out.say(`  ${fingerprint}`);
  cli.out.say(
    `all in ${folder} goes, and with it what would tell that the server goes back in time`,
  );
  const isSure =
    options.yes === true || (await cli.ask.confirm({ text: 'Forget it?', option: '--yes' }));
  if (isSure) await forgetRepository(repository);
  if (options.json === true) cli.out.json({ ...asJson(repository), forgotten: isSure });
  else if (isSure) cli.out.result(name);
  cli.out.say(isSure ? 'it is trusted no longer' : 'it is trusted as before');
}

type Known = TrustedRepository & TrustedState;

async function withState(repository: TrustedRepository): Promise<Known> {
  const { trustedState } = await import('../../client/trusted-state.ts');
  return { ...repository, ...(await trustedState(repository)) };
}

function asJson({ fingerprint, rootVersion, ...repository }: Known) {
  return { ...repository, sha256: fingerprint ?? null, rootVersion: rootVersion ?? null };
}
