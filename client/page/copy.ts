/**
 * Which copy of the page this is. The daemon serves one, which reads the daemon that it came from; the
 * stand-alone copy is files that somebody has by themselves, and reads whatever repository they name.
 * The build marks the latter (scripts/build-page.mjs).
 */
export type Copy = 'served' | 'stand-alone';

export function copyOf(document: Document): Copy {
  const mark = document.querySelector('meta[name="tuf-on-git-copy"]');
  return mark?.getAttribute('content') === 'stand-alone' ? 'stand-alone' : 'served';
}
