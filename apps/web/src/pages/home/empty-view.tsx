/** The page before there is a part: a place to drop one, and three parts to try. */
import type { Design } from '@chamfer/contracts';
import { type ReactElement, useEffect, useState } from 'react';
import { pickExamples } from '../../api/pick-examples.ts';
import { site } from '../../api/site.ts';
import { FilePicker } from '../../components/file-picker.tsx';
import { formatName } from '../../components/format.ts';
import { Icon } from '../../components/icons.tsx';
import { PartName } from '../../components/part-name.tsx';
import { Thumbnail } from '../../components/thumbnail.tsx';
import classes from './empty-view.module.css';
import { formatRoute } from './route.ts';

const EXAMPLES = 3;
/** As many as the API gives at once: the designs to try should not all be of one corner of the catalogue. */
const DESIGNS_LOOKED_AT = 500;

/** `undefined` while they load; none where the catalogue cannot be read, which is no reason to stop anybody. */
function useExamples(): readonly (Design | undefined)[] {
  const [examples, setExamples] = useState<readonly (Design | undefined)[]>(() =>
    Array(EXAMPLES).fill(undefined),
  );
  useEffect(() => {
    const loading = new AbortController();
    site.designs({ limit: DESIGNS_LOOKED_AT, signal: loading.signal }).then(
      ({ designs }) => setExamples(pickExamples(designs, EXAMPLES)),
      () => {
        if (!loading.signal.aborted) setExamples([]);
      },
    );
    return () => loading.abort();
  }, []);
  return examples;
}

function Example({ design }: { design: Design | undefined }): ReactElement {
  if (design === undefined) return <span className={classes.example} aria-hidden="true" />;
  const href = formatRoute({ view: 'similar', designId: design.id, compareId: undefined });
  return (
    <a className={classes.example} href={href} data-testid="example">
      <Thumbnail url={design.thumbnailUrl} className={classes.thumbnail} />
      <span>
        <strong>
          <PartName name={design.name} />
        </strong>
        <span>{formatName(design.kind)}</span>
      </span>
    </a>
  );
}

export function EmptyView({ onFiles }: { onFiles: (files: readonly File[]) => void }): ReactElement {
  const examples = useExamples();
  return (
    <div className={classes.view}>
      <header className={classes.head}>
        <h1>Which designs are most like your part?</h1>
        <p>
          Drop a part. Chamfer measures it, tells what kind it is, and shows the ten designs of the catalogue
          that come closest. It is all done at this site.
        </p>
      </header>
      <FilePicker label="Choose a part: an STL or OBJ file" className={classes.zone} onFiles={onFiles}>
        <span className={classes.sign}>
          <Icon name="upload" size="2.25rem" />
        </span>
        <span className={classes.call}>Drop a part here</span>
        <span className={classes.or}>
          or <span className={classes.choose}>choose a file</span>, or paste one
        </span>
        <span className={classes.formats}>
          STL (binary or text) or OBJ, in millimetres, turned any way. By default up to 64 MiB.
        </span>
      </FilePicker>
      {examples.length > 0 && (
        <section className={classes.try} aria-label="Examples">
          <h2>No part at hand? Try one of these</h2>
          <div className={classes.examples}>
            {examples.map((design, index) => (
              <Example key={design?.id ?? index} design={design} />
            ))}
          </div>
        </section>
      )}
    </div>
  );
}
