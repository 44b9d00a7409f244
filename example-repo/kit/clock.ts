const preload = new URL('clock-ahead.mjs', import.meta.url);

/** The environment of a program whose clock is so many hours ahead: what it will see by then. */
export function clockAhead(hours: number): NodeJS.ProcessEnv {
  return { NODE_OPTIONS: `--import=${preload.href}`, STORY_HOURS_AHEAD: String(hours) };
}
