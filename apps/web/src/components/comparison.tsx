/** The part and one recommended design side by side: two views that turn together, and a table. */

import type { Recommendation, RecommendationResponse } from '@chamfer/contracts';
import { Button, Switch } from '@mantine/core';
import { type ReactElement, useEffect, useRef, useState } from 'react';
import { describeFailure } from '../api/failure.ts';
import type { Part, Pending } from '../api/part-store.ts';
import { loadDesignMesh } from '../viewer/load-design-mesh.ts';
import { MeshCanvas } from '../viewer/mesh-canvas.tsx';
import { frameOf } from '../viewer/mesh-viewer.ts';
import type { Frame, Pose } from '../viewer/pose.ts';
import type { RenderMesh } from '../viewer/render-mesh.ts';
import { runMeshJob } from '../viewer/run-mesh-job.ts';
import { describeScale } from './compare-measures.ts';
import classes from './comparison.module.css';
import { ComparisonTable } from './comparison-table.tsx';
import { FailureNote } from './failure-note.tsx';
import { formatName, formatScore } from './format.ts';
import { Icon } from './icons.tsx';
import { PartName } from './part-name.tsx';

export interface ComparisonProps {
  readonly part: Part<RenderMesh>;
  readonly answer: RecommendationResponse;
  readonly recommendation: Recommendation;
  /** Where the list, and the comparison with another design, can be found. */
  readonly hrefOf: (designId: string | undefined) => string;
}

/** Beyond this ratio of sizes one of the two would be a dot: then each fills its own view at first. */
const SAME_SCALE_RATIO_MAX = 4;

/** The mesh of a design, ready to draw; a new address cancels the one before. */
function useDesignMesh(meshUrl: string): Pending<RenderMesh> {
  const [loaded, setLoaded] = useState<{ meshUrl: string; mesh: Pending<RenderMesh> }>();
  useEffect(() => {
    const loading = new AbortController();
    const finish = (mesh: Pending<RenderMesh>) => {
      if (!loading.signal.aborted) setLoaded({ meshUrl, mesh });
    };
    loadDesignMesh(meshUrl, loading.signal)
      .then((triangles) => runMeshJob({ kind: 'triangles', ...triangles }, loading.signal))
      .then(
        (value) => finish({ status: 'ready', value }),
        (error: unknown) => finish({ status: 'failed', failure: describeFailure(error) }),
      );
    return () => loading.abort();
  }, [meshUrl]);
  return loaded?.meshUrl === meshUrl ? loaded.mesh : { status: 'waiting' };
}

/** A frame that holds either mesh. */
function frameOfBoth(...meshes: readonly (RenderMesh | undefined)[]): Frame | undefined {
  const frames = meshes.filter((mesh) => mesh !== undefined).map(frameOf);
  if (frames.length === 0) return undefined;
  return {
    radius: Math.max(...frames.map(({ radius }) => radius)),
    halfWidth: Math.max(...frames.map(({ halfWidth }) => halfWidth)),
    halfHeight: Math.max(...frames.map(({ halfHeight }) => halfHeight)),
  };
}

function Steps({ answer, recommendation, hrefOf }: Omit<ComparisonProps, 'part'>): ReactElement {
  const { recommendations } = answer;
  const at = recommendations.indexOf(recommendation);
  const [previous, next] = [recommendations[at - 1], recommendations[at + 1]];
  const step = (to: Recommendation | undefined, label: string, icon: 'left' | 'right') => (
    <Button
      component="a"
      variant="default"
      size="sm"
      px="xs"
      // An anchor without an address is how HTML says that there is nowhere to go.
      {...(to === undefined
        ? { 'data-disabled': true, 'aria-disabled': true }
        : { href: hrefOf(to.design.id) })}
      aria-label={label}
      title={label}
    >
      <Icon name={icon} />
    </Button>
  );
  return (
    <nav className={classes.steps} aria-label="Other recommendations">
      {step(previous, 'The recommendation before', 'left')}
      <span>
        {at + 1} of {recommendations.length}
      </span>
      {step(next, 'The next recommendation', 'right')}
    </nav>
  );
}

/** Both views: one pose for the two, and one scale where that is wanted. */
function Views({ part, answer, recommendation }: Omit<ComparisonProps, 'hrefOf'>): ReactElement {
  const { design } = recommendation;
  const designMesh = useDesignMesh(design.meshUrl);
  const [pose, setPose] = useState<Pose>();
  const partMesh = part.picture.status === 'ready' ? part.picture.value : undefined;
  const otherMesh = designMesh.status === 'ready' ? designMesh.value : undefined;
  const [longestA, longestB] = [answer.query.measures, design.measures].map((m) => Math.max(...m.sizeMm));
  const ratio = Math.max(longestA! / longestB!, longestB! / longestA!);
  const [chosenScale, setChosenScale] = useState<boolean>();
  const isSameScale = chosenScale ?? ratio <= SAME_SCALE_RATIO_MAX;
  const frame = isSameScale ? frameOfBoth(partMesh, otherMesh) : undefined;
  const shared = { pose, onMove: setPose, frame };
  return (
    <>
      <div className={classes.views}>
        <figure>
          <MeshCanvas
            {...shared}
            mesh={partMesh}
            side="part"
            testId="comparison-part"
            label={`Your part ${part.name} in 3D. Arrow keys turn both parts.`}
          />
          <figcaption className={classes.part}>Your part: {part.name}</figcaption>
        </figure>
        <figure>
          <MeshCanvas
            {...shared}
            mesh={otherMesh}
            side="design"
            testId="comparison-design"
            label={`Design ${design.name} in 3D. Arrow keys turn both parts.`}
          />
          <figcaption className={classes.design}>Design: {design.name}</figcaption>
        </figure>
      </div>
      <div className={classes.scale}>
        <Switch
          label="Same scale"
          checked={isSameScale}
          onChange={(event) => setChosenScale(event.currentTarget.checked)}
        />
        <p>{describeScale(answer.query.measures, design.measures)}</p>
      </div>
      {designMesh.status === 'failed' && <FailureNote failure={designMesh.failure} />}
    </>
  );
}

export default function Comparison(props: ComparisonProps): ReactElement {
  const { part, answer, recommendation, hrefOf } = props;
  const { design, score } = recommendation;
  const heading = useRef<HTMLHeadingElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each design is a new page to a reader
  useEffect(() => heading.current?.focus({ preventScroll: true }), [design.id]);
  return (
    <article className={classes.comparison} data-testid="comparison">
      <div className={classes.bar}>
        <Button
          component="a"
          variant="default"
          size="sm"
          href={hrefOf(undefined)}
          leftSection={<Icon name="left" />}
        >
          All results
        </Button>
        <Steps {...props} />
      </div>
      <header className={classes.head}>
        <h1 ref={heading} tabIndex={-1}>
          <PartName name={design.name} />
        </h1>
        <p>
          {formatName(design.kind)}, <strong>{formatScore(score)}</strong> of 100 alike
        </p>
      </header>
      <Views key={part.name} {...props} />
      <ComparisonTable query={answer.query} partDesign={part.design} design={design} />
      <footer className={classes.source}>
        <p>
          <strong>{design.licence}</strong> {design.attribution}
        </p>
        <p>Source: {design.source}</p>
        <p>
          <a href={design.meshUrl} download={`${design.id}.glb`}>
            Download the mesh (glTF)
          </a>
          <a href={`#/similar/${design.id}`}>Find designs like this one</a>
        </p>
      </footer>
    </article>
  );
}
