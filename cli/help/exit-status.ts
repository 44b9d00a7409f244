import { definitions, paragraph } from './layout.ts';

export const statuses: Readonly<Record<number, string>> = {
  0: 'It is done.',
  1: 'It was refused, or what came does not verify; or the system refused it, as a full disk does.',
  2: 'It has to be asked differently: an argument, a setting or a file is missing or does not fit.',
  3: 'The other side could not be reached, or did not answer in time: later it may work.',
  4: 'It waits for more signatures, or for somebody who has to renew a role.',
  70: 'A defect of this program: please report it, with what TUF_ON_GIT_DEBUG=1 shows.',
  130: 'Ctrl-C ended it, or a question was not answered.',
};

export function text(): string {
  return [
    'How a command ends:',
    definitions(statuses),
    paragraph(
      'What went wrong is one line on stderr, with a code that is never renamed, as in "tuf-on-git: [role.threshold] …". Results alone go to stdout.',
    ),
  ].join('\n\n');
}
