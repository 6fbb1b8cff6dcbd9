/** The page at `/docs`: every operation of the API, made of `/openapi.json` as it is served here. */
import { Loader } from '@mantine/core';
import { type ReactElement, useEffect, useState } from 'react';
import { describeFailure } from '../../api/failure.ts';
import type { ProblemCode, Reference } from '../../api/openapi/describe-document.ts';
import type { Pending } from '../../api/part-store.ts';
import { FailureNote } from '../../components/failure-note.tsx';
import { formatName } from '../../components/format.ts';
import { Prose } from '../../components/prose.tsx';
import classes from './docs-page.module.css';
import { loadReference } from './load-reference.ts';
import { OperationSection } from './operation-section.tsx';

function Contents({ reference }: { reference: Reference }): ReactElement {
  return (
    <nav className={classes.contents} aria-label="Contents">
      {reference.groups.map(({ name, operations }) => (
        <div key={name}>
          <p>{formatName(name)}</p>
          <ul>
            {operations.map(({ id, method, summary }) => (
              <li key={id}>
                <a href={`#${id}`}>
                  <span className={classes.method} data-method={method}>
                    {method}
                  </span>
                  {summary}
                </a>
              </li>
            ))}
          </ul>
        </div>
      ))}
      {reference.problems.length > 0 && (
        <div>
          <p>Errors</p>
          <ul>
            <li>
              <a href="#errors">Every error code</a>
            </li>
          </ul>
        </div>
      )}
    </nav>
  );
}

function Problems({ problems }: { problems: readonly ProblemCode[] }): ReactElement {
  return (
    <section className={classes.problems} aria-labelledby="errors">
      <h2 id="errors">Errors</h2>
      <p>
        A failed answer is a problem document (RFC 9457): <code>code</code> is stable and meant for programs,{' '}
        <code>detail</code> says what was wrong and what to do, and <code>path</code>, <code>line</code> or{' '}
        <code>offsetBytes</code> say where.
      </p>
      <table>
        <thead>
          <tr>
            <th scope="col">Code</th>
            <th scope="col">Status</th>
            <th scope="col">What it means</th>
          </tr>
        </thead>
        <tbody>
          {problems.map(({ code, status, title }) => (
            <tr key={code} id={code}>
              <th scope="row">
                <a href={`#${code}`}>
                  <code>{code}</code>
                </a>
              </th>
              <td>{status}</td>
              <td>{title}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function ReferenceView({ reference }: { reference: Reference }): ReactElement {
  useEffect(() => {
    // The address may name a part of this page that was not there when the browser looked for it.
    if (location.hash !== '') location.replace(location.hash);
  }, []);
  return (
    <div className={classes.layout}>
      <Contents reference={reference} />
      <main id="main" tabIndex={-1} className={classes.main}>
        <header className={classes.head}>
          <h1>API reference</h1>
          <p className={classes.version}>
            {reference.title} {reference.version}
          </p>
          {reference.description !== undefined && <Prose text={reference.description} />}
          <p>
            The same as a file for your tools: <a href="/openapi.json">/openapi.json</a>, OpenAPI 3.1.
          </p>
        </header>
        {reference.groups.map(({ name, operations }) => (
          <section key={name} className={classes.group} aria-label={formatName(name)}>
            <h2>{formatName(name)}</h2>
            {operations.map((operation) => (
              <OperationSection key={operation.id} operation={operation} />
            ))}
          </section>
        ))}
        {reference.problems.length > 0 && <Problems problems={reference.problems} />}
      </main>
    </div>
  );
}

export function DocsPage(): ReactElement {
  const [reference, setReference] = useState<Pending<Reference>>({ status: 'waiting' });
  useEffect(() => {
    const loading = new AbortController();
    loadReference(loading.signal).then(
      (value) => setReference({ status: 'ready', value }),
      (error: unknown) => {
        if (!loading.signal.aborted) setReference({ status: 'failed', failure: describeFailure(error) });
      },
    );
    return () => loading.abort();
  }, []);
  if (reference.status === 'ready') return <ReferenceView reference={reference.value} />;
  return (
    <main id="main" tabIndex={-1} className={classes.single}>
      {reference.status === 'failed' ? <FailureNote failure={reference.failure} /> : <Loader />}
    </main>
  );
}
