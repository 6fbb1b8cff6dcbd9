/** One operation: what it does, what goes in, what comes out, how to call it, and a place to try it. */
import { type ReactElement, useState } from 'react';
import type { Body, DescribedOperation, DescribedResponse } from '../../api/openapi/describe-document.ts';
import { formatCurl } from '../../api/openapi/request.ts';
import { CodeBlock } from '../../components/code-block.tsx';
import { Prose } from '../../components/prose.tsx';
import classes from './operation-section.module.css';
import { FieldList, NodeFacts } from './schema-view.tsx';
import { canTry, TryIt } from './try-it.tsx';

function Parameters({ operation }: { operation: DescribedOperation }): ReactElement | null {
  if (operation.parameters.length === 0) return null;
  return (
    <section>
      <h4>Parameters</h4>
      <FieldList
        fields={operation.parameters.map(({ name, place, isRequired, node }) => ({
          name,
          isRequired,
          node,
          note: place === 'path' ? 'in the path' : 'in the query',
        }))}
      />
    </section>
  );
}

/** Bodies of one meaning and several types, such as a form or the bare file. */
function Bodies({ bodies, title }: { bodies: readonly Body[]; title: string }): ReactElement | null {
  if (bodies.length === 0) return null;
  return (
    <section>
      <h4>{title}</h4>
      {bodies.map(({ contentType, node }) => (
        <div key={contentType} className={classes.body}>
          <p>
            <code>{contentType}</code> <NodeFacts node={node} />
          </p>
          <FieldList fields={node.fields} />
        </div>
      ))}
    </section>
  );
}

function Answer({ response }: { response: DescribedResponse }): ReactElement {
  const { status, description, bodies } = response;
  return (
    <details className={classes.answer}>
      <summary>
        <span className={classes.status} data-failed={status >= '400'}>
          {status}
        </span>
        <span>
          <Prose text={description} />
        </span>
      </summary>
      <div className={classes.answerBody}>
        {bodies.map(({ contentType, node, example }) => (
          <div key={contentType} className={classes.body}>
            <p>
              <code>{contentType}</code> <NodeFacts node={node} />
            </p>
            <FieldList fields={node.fields} />
            {example !== undefined && node.fields.length > 0 && (
              <CodeBlock code={example} label={`Example of the answer ${status}`} />
            )}
          </div>
        ))}
      </div>
    </details>
  );
}

/** Every code that a failed answer can have, as links to what they mean. */
function Failures({ responses }: { responses: readonly DescribedResponse[] }): ReactElement | null {
  const failed = responses.filter(({ problems }) => problems.length > 0);
  if (failed.length === 0) return null;
  return (
    <details className={classes.answer}>
      <summary>
        <span className={classes.status} data-failed>
          4xx, 5xx
        </span>
        <span>A problem document with one of these codes</span>
      </summary>
      <dl className={classes.failures}>
        {failed.map(({ status, problems }) => (
          <div key={status}>
            <dt>{status}</dt>
            {problems.map(({ code, title }) => (
              <dd key={code}>
                <a href={`#${code}`}>
                  <code>{code}</code>
                </a>{' '}
                {title}
              </dd>
            ))}
          </div>
        ))}
      </dl>
    </details>
  );
}

export function OperationSection({ operation }: { operation: DescribedOperation }): ReactElement {
  const { id, method, path, summary, description, bodies, responses } = operation;
  const [isTrying, setIsTrying] = useState(false);
  const example = bodies.find((body) => body.example !== undefined)?.example;
  // On one line: a command is copied, not read.
  const compactBody = example === undefined ? undefined : JSON.stringify(JSON.parse(example));
  return (
    <article className={classes.operation} aria-labelledby={id}>
      <header>
        <h3 id={id}>
          <a href={`#${id}`}>{summary}</a>
        </h3>
        <p className={classes.route}>
          <span className={classes.method} data-method={method}>
            {method}
          </span>
          <code>{path}</code>
        </p>
        {description !== undefined && <Prose text={description} />}
      </header>
      <div className={classes.columns}>
        <div className={classes.facts}>
          <Parameters operation={operation} />
          <Bodies bodies={bodies} title="Body" />
          <section>
            <h4>Answers</h4>
            {responses
              .filter(({ problems }) => problems.length === 0)
              .map((response) => (
                <Answer key={response.status} response={response} />
              ))}
            <Failures responses={responses} />
          </section>
        </div>
        <div className={classes.call}>
          <CodeBlock
            code={formatCurl(operation, location.origin, {}, compactBody)}
            label={`${summary} with curl`}
          />
          {canTry(operation) &&
            (isTrying ? (
              <TryIt operation={operation} />
            ) : (
              <button type="button" className={classes.try} onClick={() => setIsTrying(true)}>
                Try it here
              </button>
            ))}
        </div>
      </div>
    </article>
  );
}
