/** What the address after `#` says: which part is open, which design beside it. Unknown addresses are home. */

export type Route =
  | { readonly view: 'home' }
  | { readonly view: 'models' }
  /** A file of the user's: it lives in this tab only, so this address means nothing after a reload. */
  | { readonly view: 'part'; readonly compareId: string | undefined }
  /** A design of the catalogue taken as the part: this address can be kept and sent. */
  | { readonly view: 'similar'; readonly designId: string; readonly compareId: string | undefined };

/** What the contracts allow as an id; anything else in an address was not written by this page. */
const DESIGN_ID = /^[a-z0-9][a-z0-9._-]{0,127}$/;

export function parseRoute(hash: string): Route {
  const [view, ...rest] = hash.replace(/^#\/?/, '').split('/');
  const ids = rest.filter((id) => DESIGN_ID.test(id));
  if (view === 'models') return { view };
  if (view === 'part') return { view, compareId: ids[0] };
  if (view === 'similar' && ids[0] !== undefined) return { view, designId: ids[0], compareId: ids[1] };
  return { view: 'home' };
}

export function formatRoute(route: Route): string {
  switch (route.view) {
    case 'home':
      return '#/';
    case 'models':
      return '#/models';
    case 'part':
      return ['#/part', route.compareId].filter(Boolean).join('/');
    case 'similar':
      return ['#/similar', route.designId, route.compareId].filter(Boolean).join('/');
  }
}
