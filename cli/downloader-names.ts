/**
 * The commands for downloaders. They are started most often, by scripts too, and need nothing of
 * what the others need: start.ts takes a program of their own for them.
 */
export const downloaderNames = ['trust', 'refresh', 'list', 'info', 'get'] as const;
