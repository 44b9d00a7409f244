/** Where in the page: `#/view/part/part`, each part encoded by itself. */
export interface Place {
  readonly view: string;
  readonly parts: readonly string[];
}

export function placeOf(hash: string): Place {
  const [view = '', ...parts] = hash.replace(/^#?\/?/, '').split('/');
  return {
    view: view === '' ? 'chain' : view,
    parts: parts.filter((part) => part !== '').map(decoded),
  };
}

export function hrefOf(view: string, ...parts: readonly string[]): string {
  return `#/${[view, ...parts.map(encodeURIComponent)].join('/')}`;
}

/** What cannot be decoded was typed by hand: it is taken as it stands. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch (error) {
    if (error instanceof URIError) return part;
    throw error;
  }
}
