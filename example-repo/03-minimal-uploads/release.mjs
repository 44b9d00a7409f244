// How one releases in milestone 3: the server prepares the change, this signs what it is handed.
//
//   node release.mjs CONSOLE TOKEN_FILE KEY_FILE TARGET_PATH FILE
import { createHash, createPrivateKey, sign } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { canonicalize } from '@tufjs/canonical-json';

const [server, tokenFile, keyFile, target, file] = process.argv.slice(2);
const token = (await readFile(tokenFile, 'utf8')).trim();
const pkcs8 = JSON.parse(await readFile(keyFile, 'utf8')).unsafePlaintext;
const key = createPrivateKey({ key: Buffer.from(pkcs8, 'base64'), format: 'der', type: 'pkcs8' });

const content = await readFile(file);
const sha256 = createHash('sha256').update(content).digest('hex');
await ask('PUT', `/blobs/${sha256}`, content);
const { main: base } = await ask('GET', '/status');
const add = { [target]: { sha256, length: content.length } };
const { roles } = await ask('POST', '/changes/prepare', JSON.stringify({ base, add }));
const metadata = Object.fromEntries(Object.entries(roles).map(signed));
const { commit } = await ask('POST', '/changes', JSON.stringify({ base, metadata }));
process.stdout.write(`${target} is in commit ${commit}\n`);

function signed([role, prepared]) {
  const json = JSON.parse(prepared.signed);
  const sig = sign(null, Buffer.from(canonicalize(json)), key).toString('hex');
  const envelope = { signed: json, signatures: [{ keyid: prepared.keyids[0], sig }] };
  return [role, Buffer.from(JSON.stringify(envelope)).toString('base64')];
}

async function ask(method, path, body) {
  const type = path.startsWith('/blobs/') ? 'application/octet-stream' : 'application/json';
  const headers = { authorization: `Bearer ${token}`, 'content-type': type, prefer: 'wait=30' };
  const answer = await fetch(`${server}/api/v1${path}`, { method, headers, body });
  const json = JSON.parse((await answer.text()) || '{}');
  if (answer.ok) return json;
  process.stderr.write(`${method} ${path}: [${json.code}] ${json.detail}\n`);
  process.exit(1);
}
