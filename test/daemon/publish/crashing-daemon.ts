/** `crashing-daemon HOME STEP SIGNER`: serves HOME, and kills itself right after that step. */
import { makeLog } from '../../../daemon/log.ts';
import { startDaemon } from '../../../daemon/serve.ts';

const [home = '', fatal = '', signerProgram = ''] = process.argv.slice(2);

void startDaemon({
  home,
  signerProgram,
  makeLog: () => makeLog('silent', false),
  checkpoint: (step) => {
    if (step === fatal) process.kill(process.pid, 'SIGKILL');
  },
});
