/**
 * What uploads cost: a large blob, many files by the tool, a change by the API, many changes at once.
 * The built daemon and command line, HTTP on this machine, the online key in SoftHSM where it is
 * installed. `npm run bench -- upload --FIGURE…`: those figures alone.
 */
import { softHsmAvailable } from '../test/kit/softhsm.ts';
import { remark } from './kit/figures.ts';
import { compareBlob } from './upload/blob-gibibyte.ts';
import { compareChanges } from './upload/change-vs-push.ts';
import { countGenerations } from './upload/changes-at-once.ts';
import { compareFiles } from './upload/thousand-files.ts';

const parts = {
  'blob-gibibyte-vs-cp': compareBlob,
  'thousand-files-vs-one': compareFiles,
  'change-vs-push': compareChanges,
  'changes-per-generation': countGenerations,
};

const asked = process.argv.slice(2).map((option) => option.replace(/^--/, ''));
if (!softHsmAvailable()) remark('upload: the online key is in a file, for want of SoftHSM');
for (const [figure, measure] of Object.entries(parts)) {
  if (asked.length === 0 || asked.includes(figure)) await measure();
}
