/** The colours of the 3D view, read from the page's style sheet so that they are written once. */
import type { ViewerColours } from './mesh-viewer.ts';

/** The user's part is copper, designs of the catalogue are steel. */
export type ViewerSide = 'part' | 'design';

export function readViewerColours(side: ViewerSide): ViewerColours {
  const style = getComputedStyle(document.documentElement);
  const read = (name: string) => style.getPropertyValue(name).trim();
  return { part: read(`--${side}-surface`), edge: read(`--${side}-edge`), dimension: read('--rule-strong') };
}
