/** What is to be known of rows of the table, beside their letters: for the page that is made of it. */
export const notes: readonly string[] = [
  '**A19, A23 and A37 at milestones 0 to 2** are mounted on what people do there with scripts of their own: who writes last wins, what lies in the folder is released, and a name is whatever somebody writes.',
  '**A22 at milestones 1 and 2**: the admin takes the files of earlier releases from the server, the operator its `targets.json`; each signs what they are shown.',
  '**A24, A25, A26, A29 and A36 at milestones 1 to 4** are one attack by five people: there is one key for all releases, and whoever has it can do all that it can do. The attacker has a token besides; a token alone is A20.',
  '**A27 at milestones 1 to 5**: one key signs root there. The attack gives root and targets away, and back again.',
  '**A33 at milestones 0 and 1** fools clients that print names as they are; ours leaves such names out. At milestone 2 it was expected to be refused: nothing refuses a push there, but the daemon never publishes it.',
  '**A35 at milestone 2** was expected to fool our client; but every repository has a name as soon as `tuf-on-git init` makes it, in every role, and our client looks at it. The specification knows no such name: a client that follows it, and looks at no more, is fooled wherever two repositories share their keys. That is shown with tuf-js.',
];
