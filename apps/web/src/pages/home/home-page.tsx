/** The page at `/`: nothing yet, a part with what is like it, or the part beside one design. */
import { lazy, type ReactElement, Suspense, useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { Part } from '../../api/part-store.ts';
import { formatName } from '../../components/format.ts';
import { cardIdOf } from '../../components/recommendation-card.tsx';
import { useDropAnywhere } from '../../components/use-drop-anywhere.ts';
import type { RenderMesh } from '../../viewer/render-mesh.ts';
import { EmptyView } from './empty-view.tsx';
import classes from './home-page.module.css';
import { openDesign, openFile, partStore, usePart } from './part-session.ts';
import { formatRoute, type Route } from './route.ts';
import { navigate, useRoute } from './use-route.ts';

const importPartView = () => import('./part-view.tsx');
const PartView = lazy(importPartView);
const Comparison = lazy(() => import('../../components/comparison.tsx'));
const ModelsDialog = lazy(() => import('./models-dialog.tsx'));

/** What a screen reader is told of the part, each time it changes. */
function describePart(part: Part<RenderMesh> | undefined): string {
  if (part === undefined) return '';
  const { name, answer } = part;
  if (answer.status === 'waiting') return `${name} is being compared with the catalogue.`;
  if (answer.status === 'failed') return '';
  const { query, recommendations } = answer.value;
  const kind = query.kinds[0] === undefined ? '' : ` It looks like: ${formatName(query.kinds[0].kind)}.`;
  return `${recommendations.length} designs found for ${name}.${kind}`;
}

/** The same view with another design beside the part, or with none. */
function withDesign(route: Route, compareId: string | undefined): string {
  return formatRoute(route.view === 'similar' ? { ...route, compareId } : { view: 'part', compareId });
}

/** Opens what the address names, and leaves addresses that name a part this tab never had. */
function useAddressedPart(route: Route, part: Part<RenderMesh> | undefined): void {
  const designId = route.view === 'similar' ? route.designId : undefined;
  const isMissing = designId !== undefined && part?.designId !== designId;
  useEffect(() => {
    if (!isMissing || designId === undefined) return;
    openDesign(designId);
    scrollTo({ top: 0, behavior: 'instant' });
  }, [designId, isMissing]);
  const isLost = route.view === 'part' && part === undefined;
  useEffect(() => {
    if (isLost) navigate({ view: 'home' }, 'replace');
  }, [isLost]);
}

/** Back from a design: to where the list was left, with the focus on the card it was opened from. */
function useReturnToCard(comparedId: string | undefined): void {
  const listScroll = useRef(0);
  const lastComparedId = useRef<string>(undefined);
  const isList = comparedId === undefined;
  // In the layout phase, because the shorter page that follows scrolls too, and that must not be noted.
  useLayoutEffect(() => {
    if (!isList) return;
    const note = () => {
      listScroll.current = scrollY;
    };
    addEventListener('scroll', note, { passive: true });
    return () => removeEventListener('scroll', note);
  }, [isList]);
  useLayoutEffect(() => {
    if (comparedId !== undefined) scrollTo({ top: 0, behavior: 'instant' });
    else if (lastComparedId.current !== undefined) {
      scrollTo({ top: listScroll.current, behavior: 'instant' });
      document.getElementById(cardIdOf(lastComparedId.current))?.focus({ preventScroll: true });
    }
    lastComparedId.current = comparedId;
  }, [comparedId]);
}

/** Escape goes to `address`; nowhere where there is none. */
function useEscape(address: string | undefined): void {
  useEffect(() => {
    if (address === undefined) return;
    const leave = ({ key, defaultPrevented }: KeyboardEvent) => {
      if (key === 'Escape' && !defaultPrevented) location.hash = address;
    };
    addEventListener('keydown', leave);
    return () => removeEventListener('keydown', leave);
  }, [address]);
}

/** The route under the models: what was there before them stays there. */
function useRouteBelow(route: Route): Route {
  const [below, setBelow] = useState<Route>({ view: 'home' });
  if (route.view === 'models' || route === below) return below;
  setBelow(route);
  return route;
}

export function HomePage(): ReactElement {
  const addressed = useRoute();
  const route = useRouteBelow(addressed);
  const part = usePart();
  useAddressedPart(route, part);

  const [fileCount, setFileCount] = useState(1);
  function takeFiles(files: readonly File[]): void {
    openFile(files[0]!);
    setFileCount(files.length);
    scrollTo({ top: 0, behavior: 'instant' });
    navigate({ view: 'part', compareId: undefined });
  }
  const isOver = useDropAnywhere(takeFiles);
  // Fetched before it is needed: a dropped part shall turn at once.
  useEffect(() => void importPartView(), []);

  const compareId = 'compareId' in route ? route.compareId : undefined;
  const answer = part?.answer.status === 'ready' ? part.answer.value : undefined;
  const compared = answer?.recommendations.find(({ design }) => design.id === compareId);
  useReturnToCard(compared?.design.id);
  const hrefOf = (designId: string | undefined) => withDesign(route, designId);
  const isModels = addressed.view === 'models';
  useEscape(compared === undefined || isModels ? undefined : hrefOf(undefined));
  const isHome = part === undefined || route.view === 'home';

  function close(): void {
    partStore.close();
    navigate({ view: 'home' });
  }
  return (
    <main id="main" tabIndex={-1} className={classes.main}>
      <p className="visually-hidden" role="status">
        {describePart(part)}
      </p>
      {!isHome && fileCount > 1 && part.designId === undefined && (
        <p className={classes.note} role="status">
          One part at a time: {part.name} is the first of the {fileCount} files.
        </p>
      )}
      <Suspense>
        {isHome && <EmptyView onFiles={takeFiles} />}
        {!isHome && (
          // Hidden, not gone: the way back must not draw everything anew.
          <div hidden={compared !== undefined}>
            <PartView part={part} onFiles={takeFiles} onClose={close} hrefOf={hrefOf} />
          </div>
        )}
        {!isHome && compared !== undefined && answer !== undefined && (
          <Comparison part={part} answer={answer} recommendation={compared} hrefOf={hrefOf} />
        )}
        {isModels && <ModelsDialog onClose={() => navigate(route, 'replace')} />}
      </Suspense>
      {isOver && (
        <div className={classes.over} aria-hidden="true">
          <p>Drop it anywhere</p>
        </div>
      )}
    </main>
  );
}
