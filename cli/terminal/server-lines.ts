import type { Output } from './output.ts';

/** What is said while something is sent: the server's lines as they come, and our own. */
export function serverLines(out: Output): {
  readonly onLine: (text: string) => void;
  readonly onProgress: (text: string) => void;
} {
  return {
    onLine: (text) => {
      out.say(`server: ${text}`);
    },
    onProgress: (text) => {
      out.say(text);
    },
  };
}
