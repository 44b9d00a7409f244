import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startDaemonProgram, type DaemonProgram } from '../kit/daemon-program.ts';
import { makeHome, type TestHome } from '../kit/home.ts';
import { schemathesisCommand } from '../kit/python-environment.ts';
import { addServerSignedRole } from '../kit/server-signed-role.ts';
import { issueToken } from '../kit/uploads.ts';

/** Of each operation and in each phase, beside the edges of its schema; and for how long at most. */
const examples = Number(process.env['FUZZ_EXAMPLES'] ?? 60);
const seconds = 90;
const scopes = ['blob:put', 'change:submit', 'event:*', 'online:nightly'];

const checks = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_headers_conformance',
  'response_schema_conformance',
  'negative_data_rejection',
  'missing_required_header',
  'unsupported_method',
  'ignored_auth',
];

describe('requests made up from the OpenAPI document', () => {
  let home: TestHome;
  let daemon: DaemonProgram;
  let folder = '';

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'tuf-on-git-fuzz-'));
    home = await makeHome({ config: { uploads: { minFreeBytes: 0 } } });
    await addServerSignedRole(home);
    daemon = await startDaemonProgram(home);
  });
  after(async () => {
    await daemon.stop();
    await home.remove();
    await rm(folder, { recursive: true, force: true });
  });

  it('are answered as it says, within ten seconds, and never with a defect', async () => {
    const token = await issueToken(home, 'fuzz', scopes);
    const { status, output } = await schemathesis([
      ...['--header', `Authorization: Bearer ${token}`, '--checks', checks.join(',')],
      ...['--max-examples', String(examples), '--max-time', String(seconds)],
      ...['--request-timeout', '10', '--continue-on-failure', '--no-color'],
    ]);
    assert.equal(status, 0, output);
    const { count } = /(?<count>\d+) generated/.exec(output)?.groups ?? {};
    assert.ok(Number(count) >= examples, output);
    assert.equal((await fetch(`${daemon.console}/readyz`)).status, 200);
  });

  async function schemathesis(options: readonly string[]) {
    const command = await schemathesisCommand();
    const args = ['run', `${daemon.console}/api/v1/openapi.json`, ...options];
    return new Promise<{ status: number; output: string }>((resolve) => {
      const large = { cwd: folder, maxBuffer: 1 << 30 };
      const child = execFile(command, args, large, (_, stdout, stderr) => {
        resolve({ status: child.exitCode ?? -1, output: `${stdout}${stderr}` });
      });
    });
  }
});
