/** The models that the site has loaded, each with what goes in and what comes out. */
import type { ModelInfo, ModelList, TensorSignature } from '@chamfer/contracts';
import { ActionIcon, Loader } from '@mantine/core';
import { type ReactElement, useEffect, useRef, useState } from 'react';
import { describeFailure } from '../../api/failure.ts';
import type { Pending } from '../../api/part-store.ts';
import { site } from '../../api/site.ts';
import { FailureNote } from '../../components/failure-note.tsx';
import { formatBytes } from '../../components/format.ts';
import { Icon } from '../../components/icons.tsx';
import classes from './models-dialog.module.css';

/** `FP64 [rows × 1479]`; -1 at the front is the number of rows, elsewhere any width. */
function formatTensor({ datatype, shape }: TensorSignature): string {
  const extents = shape.map((extent, axis) => (extent >= 0 ? extent : axis === 0 ? 'rows' : 'any'));
  return `${datatype} [${extents.join(' × ')}]`;
}

function Model({ model }: { model: ModelInfo }): ReactElement {
  const { name, version, description, className, sha256, sizeBytes, isDefault, signature } = model;
  return (
    <article className={classes.model}>
      <h3>
        {name} <span className={classes.version}>version {version}</span>
        {isDefault && <span className={classes.default}>default</span>}
      </h3>
      <p>{description}</p>
      <p className={classes.artifact}>
        {className}, {formatBytes(sizeBytes)}, SHA-256 <code title={sha256}>{sha256.slice(0, 12)}…</code>
      </p>
      <dl>
        <div>
          <dt>input</dt>
          <dd>
            <code>{formatTensor(signature.input)}</code> {signature.input.unit}
          </dd>
        </div>
        {Object.entries(signature.methods).map(([method, tensor]) => (
          <div key={method}>
            <dt>
              {method}
              {method === signature.defaultMethod && <span className="visually-hidden"> (default)</span>}
            </dt>
            <dd>
              <code>{formatTensor(tensor)}</code> {tensor.unit}
            </dd>
          </div>
        ))}
      </dl>
    </article>
  );
}

export default function ModelsDialog({ onClose }: { onClose: () => void }): ReactElement {
  const dialog = useRef<HTMLDialogElement>(null);
  const [models, setModels] = useState<Pending<ModelList>>({ status: 'waiting' });
  useEffect(() => {
    dialog.current!.showModal();
    const loading = new AbortController();
    site.models({ signal: loading.signal }).then(
      (value) => setModels({ status: 'ready', value }),
      (error: unknown) => {
        if (!loading.signal.aborted) setModels({ status: 'failed', failure: describeFailure(error) });
      },
    );
    return () => loading.abort();
  }, []);
  return (
    <dialog
      ref={dialog}
      className={classes.dialog}
      aria-labelledby="models-title"
      onClose={onClose}
      closedby="any"
    >
      <header>
        <h2 id="models-title">Models of this site</h2>
        <ActionIcon
          variant="subtle"
          color="gray"
          size="lg"
          aria-label="Close"
          onClick={() => dialog.current!.close()}
        >
          <Icon name="close" />
        </ActionIcon>
      </header>
      {models.status === 'waiting' && <Loader />}
      {models.status === 'failed' && <FailureNote failure={models.failure} />}
      {models.status === 'ready' &&
        models.value.models.map((model) => <Model key={`${model.name}/${model.version}`} model={model} />)}
    </dialog>
  );
}
