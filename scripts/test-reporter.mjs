import { writeFileSync } from 'node:fs';
import Mocha from 'mocha';

const { EVENT_RUN_END, EVENT_TEST_FAIL, EVENT_TEST_PENDING } = Mocha.Runner.constants;
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
    /** @type {string[]} */
    const failed = [];
    runner.on(EVENT_TEST_PENDING, (test) => skipped.push(test.fullTitle()));
    runner.on(EVENT_TEST_FAIL, (test, error) => {
      const why = String(error.message).replaceAll(/\s+/g, ' ').slice(0, 300);
      failed.push(`${test.fullTitle()}: ${why}`);
    });
    runner.once(EVENT_RUN_END, () => {
      const write = () => {
        const { passes } = this.stats;
        const { totals } = options.reporterOptions;
        writeFileSync(totals, JSON.stringify({ passed: passes, failed, skipped }));
      };
      write();
      setTimeout(() => {
        const left = process.getActiveResourcesInfo().join(', ');
        failed.push(`tests left something running: ${left}`);
        write();
        process.exit();
      }, graceMilliseconds).unref();
    });
  }
}
