import { counted } from '../terminal/counted.ts';
import type { Cli } from '../terminal/cli.ts';
import { exitStatus } from '../terminal/exit-status.ts';
import { reportFailure } from '../terminal/report-failure.ts';
import type { GetAnswer } from './get-targets.ts';
import type { Failure } from './look-up.ts';

type Arrived = GetAnswer['arrived'][number];

/** One thing was named: what became of it. @throws its failure */
export function reportOne(cli: Cli, { arrived, failures }: GetAnswer, asJson: boolean): void {
  const [failure] = failures;
  if (failure !== undefined) throw failure.error;
  for (const one of arrived) {
    const { length, path, role } = one.info;
    if (asJson) cli.out.json(described(one));
    else cli.out.result(one.file);
    const before = one.status === 'present' ? '; it was there already' : '';
    cli.out.say(`verified ${path}: ${length} bytes, signed by role ${role}${before}`, 'good');
  }
}

/** Several were named: what became of each. @returns the exit status, which the first failure gives */
export function reportMany(cli: Cli, { arrived, failures }: GetAnswer, asJson: boolean): number {
  if (asJson) {
    cli.out.json({ targets: arrived.map(described), failures: failures.map(failureJson) });
  } else {
    for (const { file } of arrived) cli.out.result(file);
  }
  if (arrived.length > 0) cli.out.say(summary(arrived), 'good');
  return reportFailures(cli, failures);
}

/** A line for each. @returns the exit status, which the first one gives */
export function reportFailures(cli: Cli, failures: readonly Failure[]): number {
  for (const { error } of failures) reportFailure(error, cli);
  const [first] = failures;
  return first === undefined ? 0 : exitStatus(first.error.code);
}

/** A failure as `--json` prints it. */
export function failureJson({ wanted, error }: Failure) {
  const { code, where, message, hint } = error;
  return { wanted, code, where, message, ...(hint === undefined ? {} : { hint }) };
}

function summary(arrived: readonly Arrived[]): string {
  const bytes = arrived.reduce((sum, { info }) => sum + info.length, 0);
  const present = arrived.filter(({ status }) => status === 'present').length;
  const before = present === 0 ? '' : `; ${present} of them were there already`;
  return `verified ${counted(arrived.length, 'target')}: ${bytes} bytes${before}`;
}

function described({ file, info, status }: Arrived) {
  const { path, length, hashes, role } = info;
  return { file, path, length, hashes, role, status };
}
