/** The page with a part: on one side what it is, on the other what is like it. */
import { Button, Loader } from '@mantine/core';
import type { ReactElement } from 'react';
import type { Part } from '../../api/part-store.ts';
import { FailureNote } from '../../components/failure-note.tsx';
import { FilePicker } from '../../components/file-picker.tsx';
import { formatBytes } from '../../components/format.ts';
import { Icon } from '../../components/icons.tsx';
import { KindBars } from '../../components/kind-bars.tsx';
import { MeasuresList } from '../../components/measures-list.tsx';
import { PartName } from '../../components/part-name.tsx';
import { RecommendationCard, RecommendationCardWaiting } from '../../components/recommendation-card.tsx';
import { WarningList } from '../../components/warning-list.tsx';
import { MeshCanvas } from '../../viewer/mesh-canvas.tsx';
import type { RenderMesh } from '../../viewer/render-mesh.ts';
import { partStore } from './part-session.ts';
import classes from './part-view.module.css';

export interface PartViewProps {
  readonly part: Part<RenderMesh>;
  readonly onFiles: (files: readonly File[]) => void;
  readonly onClose: () => void;
  readonly hrefOf: (designId: string | undefined) => string;
}

function Viewer({ part }: { part: Part<RenderMesh> }): ReactElement {
  const { picture, name } = part;
  if (picture.status === 'failed') return <div className={classes.undrawn}>{picture.failure.detail}</div>;
  return (
    <MeshCanvas
      mesh={picture.status === 'ready' ? picture.value : undefined}
      side="part"
      testId="viewer"
      label={`${name} in 3D. Arrow keys turn it, plus and minus zoom, 0 fits it.`}
      turns
    />
  );
}

/** What the part is: picture, name, kind, measures, warnings. */
function PartPanel({ part, onFiles, onClose }: Omit<PartViewProps, 'hrefOf'>): ReactElement {
  const { name, sizeBytes, answer } = part;
  const query = answer.status === 'ready' ? answer.value.query : undefined;
  const facts = [query?.format.toUpperCase(), sizeBytes === undefined ? undefined : formatBytes(sizeBytes)];
  return (
    <section className={classes.panel} aria-label="Your part">
      {/* The answer says what is wrong with such a file, and says it better. */}
      {!(part.picture.status === 'failed' && answer.status === 'failed') && (
        <div className={classes.viewer}>
          <Viewer part={part} />
        </div>
      )}
      <div className={classes.facts}>
        <header className={classes.head}>
          <div>
            <h1>
              <PartName name={name} />
            </h1>
            <p>{facts.filter(Boolean).join(', ') || ' '}</p>
          </div>
          <div className={classes.actions}>
            <FilePicker label="Choose another part" className={classes.another} onFiles={onFiles}>
              Another part
            </FilePicker>
            <Button
              variant="subtle"
              color="gray"
              size="sm"
              px="xs"
              onClick={onClose}
              aria-label="Close this part"
            >
              <Icon name="close" />
            </Button>
          </div>
        </header>
        {query !== undefined && (
          <>
            <KindBars kinds={query.kinds} />
            <MeasuresList measures={query.measures} />
            <WarningList warnings={query.warnings} />
          </>
        )}
        {answer.status === 'waiting' && (
          <div className={classes.waiting}>
            <Loader size="sm" />
            <span>{sizeBytes === undefined ? 'Reading the file' : 'Comparing with the catalogue'}</span>
            <Button variant="default" size="xs" onClick={onClose}>
              Cancel
            </Button>
          </div>
        )}
      </div>
    </section>
  );
}

const PLACES = Array.from({ length: 10 }, (_, place) => place);

function Recommendations({ part, hrefOf, onFiles }: PartViewProps): ReactElement {
  const { answer } = part;
  if (answer.status === 'failed') {
    return (
      <FailureNote failure={answer.failure}>
        {answer.failure.canRetry && (
          <Button
            size="sm"
            variant="default"
            leftSection={<Icon name="retry" />}
            onClick={() => partStore.retry()}
          >
            Try again
          </Button>
        )}
        <FilePicker label="Choose another part" className={classes.another} onFiles={onFiles}>
          Another part
        </FilePicker>
      </FailureNote>
    );
  }
  const recommendations = answer.status === 'ready' ? answer.value.recommendations : undefined;
  return (
    <section
      className={classes.answers}
      aria-label="Recommendations"
      aria-busy={recommendations === undefined}
    >
      <header>
        <h2>Most alike in the catalogue</h2>
        <p>
          {answer.status === 'ready'
            ? `From the catalogue ${answer.value.catalogue}, scored by ${answer.value.encoder.model} ${answer.value.encoder.version}. 100 means alike, 0 unrelated.`
            : '\u00a0'}
        </p>
      </header>
      {recommendations?.length === 0 && <p>The catalogue is empty: there is nothing to recommend.</p>}
      <ol className={classes.cards}>
        {recommendations === undefined
          ? PLACES.map((place) => (
              <li key={place}>
                <RecommendationCardWaiting />
              </li>
            ))
          : recommendations.map((recommendation) => (
              <li key={recommendation.design.id}>
                <RecommendationCard
                  recommendation={recommendation}
                  href={hrefOf(recommendation.design.id)}
                  isSelf={recommendation.design.id === part.design?.id}
                />
              </li>
            ))}
      </ol>
    </section>
  );
}

export default function PartView(props: PartViewProps): ReactElement {
  return (
    <div className={classes.view}>
      <PartPanel {...props} />
      <Recommendations {...props} />
    </div>
  );
}
