import { writeFileSync } from 'node:fs';
import Mocha from 'mocha';

const { EVENT_RUN_END, EVENT_TEST_PENDING } = Mocha.Runner.constants;
const graceMilliseconds = 20_000;

/**
 * Mocha's own report on the screen, and the totals in the file that the option `totals` names.
 *
 * Tests that leave something running after the last of them are ended and counted as failed: mocha
 * itself would wait for ever.
 */
export default class TotalsReporter extends Mocha.reporters.Spec {
  /**
   * @param {Mocha.Runner} runner
   * @param {Mocha.MochaOptions & { reporterOptions: { totals: string } }} options
   */
  constructor(runner, options) {
    super(runner, options);
    /** @type {string[]} */
    const skipped = [];
    runner.on(EVENT_TEST_PENDING, (test) => skipped.push(test.fullTitle()));
    runner.once(EVENT_RUN_END, () => {
      const { passes, failures } = this.stats;
      const { totals } = options.reporterOptions;
      const write = (/** @type {number} */ failed) => {
        writeFileSync(totals, JSON.stringify({ passed: passes, failed, skipped }));
      };
      write(failures);
      setTimeout(() => {
        const left = process.getActiveResourcesInfo().join(', ');
        process.stderr.write(`tests left something running: ${left}\n`);
        write(failures + 1);
        process.exit();
      }, graceMilliseconds).unref();
    });
  }
}
