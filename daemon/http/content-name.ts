/**
 * The name in the manifest that a request's URL asks for; undefined when it can be none.
 *
 * Percent-encoding is undone exactly once, segment by segment: an encoded `/` stays no separator,
 * and what is encoded twice is a name with `%` in it, which nothing is published under. Nothing of
 * a URL ever becomes the name of a file by itself: it is looked up.
 * @param url as it stands in the request line
 */
export function contentName(url: string): string | undefined {
  // Nothing to decode or to cut off, as in nearly all of them.
  if (/^\/[\w./-]+$/.test(url)) return url.slice(1);
  const path = url.split('?', 1)[0] ?? '';
  if (!path.startsWith('/')) return undefined;
  const segments = path.slice(1).split('/').map(decodeSegment);
  return segments.every((segment) => segment !== undefined) ? segments.join('/') : undefined;
}

function decodeSegment(segment: string): string | undefined {
  let text: string;
  try {
    text = decodeURIComponent(segment);
  } catch {
    return undefined; // a stray %, or what is not UTF-8
  }
  const isOdd = text === '' || text === '.' || text === '..' || /[/\\\0]/.test(text);
  return isOdd ? undefined : text;
}
