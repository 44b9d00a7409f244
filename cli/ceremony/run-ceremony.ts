/** `init`: at one table, or sent to people in several places and collected from them. */
import path from 'node:path';
import { fault } from '../../core/error/error.ts';
import { payloadJson } from '../offline/payloads.ts';
import { openTranscript, type Transcript } from '../offline/transcript.ts';
import type { CarriedChange } from '../offline/verify-carried.ts';
import { writeExport } from '../offline/write-export.ts';
import type { Cli } from '../terminal/cli.ts';
import { keyAccess, type ModuleOptions } from '../terminal/key-options.ts';
import { complete } from './ask.ts';
import {
  agreedCeremony,
  collectSignatures,
  firstChange,
  requireSignatures,
} from './ceremony-apart.ts';
import type { Ceremony } from './ceremony.ts';
import type { SigningTime } from './check.ts';
import { describeHome, homeForJson } from './describe.ts';
import { makeFirstMetadata, metadataFiles, type FirstMetadata } from './first-metadata.ts';
import { makeHome } from './make-home.ts';
import { proveOnlineKey } from './open-keys.ts';
import { chosenConfig, prepare } from './prepare.ts';
import { refuseExisting } from './temporary-home.ts';
import type { Wishes } from './wishes.ts';

export interface CeremonyOptions extends Wishes, ModuleOptions {
  readonly json?: true;
  readonly transcript?: string;
}

/** Everybody is here: who signs does it now. */
export async function holdCeremony(
  cli: Cli,
  home: string,
  options: CeremonyOptions,
): Promise<void> {
  await prepared(cli, home, options, 'now', async (ceremony, transcript) => {
    const metadata = await makeFirstMetadata(ceremony);
    const change = await firstChange(metadata, ceremony.now);
    await finish({ cli, home, options, transcript }, { ceremony, metadata, change });
  });
}

/** Some sign elsewhere: what they are to sign goes into a new folder, and no HOME is made yet. */
export async function sendCeremony(
  cli: Cli,
  home: string,
  folder: string,
  options: CeremonyOptions,
): Promise<void> {
  await prepared(cli, home, options, 'later', async (ceremony, transcript) => {
    const after = metadataFiles(await makeFirstMetadata(ceremony));
    const { change, payloads } = await writeExport(
      { event: undefined, before: new Map(), after },
      {
        folder: path.resolve(cli.cwd, folder),
        pin: { kind: 'none' },
        now: ceremony.now,
        next: howToReturn,
      },
    );
    await record(transcript, 'sent to be signed', ceremony, change, [['folder', folder]]);
    if (options.json === true) cli.out.json({ folder, payloads: payloads.map(payloadJson) });
    for (const { file, sha256 } of options.json === true ? [] : payloads) {
      cli.out.result(`${folder}/${file}  sha256 ${sha256}`);
    }
    cli.out.say(`next: a copy of ${folder} to everybody who signs; then init --import`);
  });
}

async function prepared(
  cli: Cli,
  home: string,
  options: CeremonyOptions,
  signing: SigningTime,
  hold: (ceremony: Ceremony, transcript: Transcript) => Promise<void>,
): Promise<void> {
  await refuseExisting(home);
  const transcript = await openTranscript(options.transcript, cli.cwd);
  const access = keyAccess(cli, options);
  const wishes = await complete(options, home, cli, access);
  const { ceremony, close } = await prepare(wishes, access, cli.now(), signing);
  try {
    await hold(ceremony, transcript);
  } finally {
    await close();
  }
}

/** The folders are back: the HOME is made of what they say. */
export async function endCeremony(
  cli: Cli,
  home: string,
  folders: readonly string[],
  options: CeremonyOptions,
): Promise<void> {
  await refuseExisting(home);
  const { onlineKey } = options;
  refuseWishes(options);
  if (onlineKey === undefined) {
    throw fault('usage.argument', '--online-key', 'say where the online key is, as at --export');
  }
  const transcript = await openTranscript(options.transcript, cli.cwd);
  const access = keyAccess(cli, options);
  const change = await collectSignatures(folders, cli.cwd, cli.now());
  const online = await proveOnlineKey(onlineKey, access);
  const { metadata, ...agreed } = agreedCeremony(change, online);
  const ceremony: Ceremony = {
    ...agreed,
    online,
    config: chosenConfig(options),
    ...(access.pkcs11Module === undefined ? {} : { pkcs11Module: access.pkcs11Module }),
    hasHook: options.hook,
    now: cli.now(),
  };
  // What was shown stands in the record since it was sent.
  const collected = { ...change, words: () => [] };
  await record(transcript, 'signatures collected', ceremony, collected);
  requireSignatures(change);
  await finish({ cli, home, options, transcript }, { ceremony, metadata, change: collected });
}

const howToReturn = [
  'On any machine, also without a network:',
  '  tuf-on-git sign --exported FOLDER --key file:alice.json',
  'and send back the folder, or the line that this prints.',
  'With any other tool: sign the files, and send back KEYID=SIGNATURE for each, in hex.',
];

/** Where a ceremony is held, and how it is told of. */
interface Place {
  readonly cli: Cli;
  readonly home: string;
  readonly options: CeremonyOptions;
  readonly transcript: Transcript;
}
interface Signed {
  readonly ceremony: Ceremony;
  readonly metadata: FirstMetadata;
  readonly change: CarriedChange;
}

async function finish(place: Place, { ceremony, metadata, change }: Signed): Promise<void> {
  const { cli, home, options, transcript } = place;
  const made = await makeHome(home, ceremony, metadata);
  await record(transcript, 'the repository is made', ceremony, change, [
    ['home', home],
    ['root.json', `sha256 ${made.rootSha256}`],
    ['commit', made.commit],
  ]);
  if (options.json === true) cli.out.json(homeForJson(home, ceremony, made));
  else cli.out.result(describeHome(home, ceremony, made));
}

async function record(
  transcript: Transcript,
  title: string,
  { policy: { repository }, online: { key }, now: at }: Ceremony,
  { drafts, words }: CarriedChange,
  facts: readonly (readonly [string, string])[] = [],
): Promise<void> {
  const online: readonly (readonly [string, string])[] = [
    ['online key', `${key.scheme}, keyid ${key.keyid}`],
    ['', `fingerprint ${key.fingerprint}`],
  ];
  await transcript({
    title,
    at,
    facts: [['repository', repository], ...facts, ...online],
    words: words([]),
    drafts,
  });
}

/** What was agreed on stands in the folders. */
function refuseWishes(options: CeremonyOptions): void {
  const agreed = {
    '--root-key': options.rootKey,
    '--root-threshold': options.rootThreshold,
    '--targets-key': options.targetsKey,
    '--targets-threshold': options.targetsThreshold,
    '--repository': options.repository,
    '--allowed-path': options.allowedPath,
  };
  for (const [option, value] of Object.entries(agreed)) {
    if (value === undefined) continue;
    throw fault('usage.argument', option, 'the folders say this, and people have signed it');
  }
}
