/** Calls an operation from the page: parameters and a JSON body in, the answer as it came. */
import { Button } from '@mantine/core';
import { type FormEvent, type ReactElement, useEffect, useRef, useState } from 'react';
import { type DescribedOperation, isJson } from '../../api/openapi/describe-document.ts';
import { buildPath } from '../../api/openapi/request.ts';
import { CodeBlock } from '../../components/code-block.tsx';
import { formatBytes } from '../../components/format.ts';
import classes from './try-it.module.css';

/** Longer answers are cut on the page; the command line has them whole. */
const SHOWN_CHARACTERS_MAX = 20_000;

interface Outcome {
  readonly summary: string;
  readonly body: string;
}

/** Reading, and sending JSON: an operation that wants a file is what the other page is for. */
export function canTry({ method, bodies }: DescribedOperation): boolean {
  return method === 'GET' || (method === 'POST' && bodies.some(({ contentType }) => isJson(contentType)));
}

async function readBody(response: Response): Promise<string> {
  const type = response.headers.get('content-type') ?? '';
  if (!isJson(type) && !type.startsWith('text/')) {
    const { size } = await response.blob();
    return `${formatBytes(size)} of ${type === '' ? 'an unnamed type' : type}`;
  }
  const text = await response.text();
  const shown = isJson(type) ? JSON.stringify(JSON.parse(text), null, 2) : text;
  return shown.length > SHOWN_CHARACTERS_MAX ? `${shown.slice(0, SHOWN_CHARACTERS_MAX)}\n… cut here` : shown;
}

async function send(operation: DescribedOperation, form: FormData, signal: AbortSignal): Promise<Outcome> {
  const values = Object.fromEntries(
    operation.parameters.map(({ name }) => [name, String(form.get(name) ?? '')]),
  );
  const body = form.get('body');
  const startedAt = performance.now();
  const response = await fetch(buildPath(operation, values), {
    method: operation.method,
    signal,
    ...(typeof body === 'string' ? { body, headers: { 'content-type': 'application/json' } } : {}),
  });
  const shown = await readBody(response);
  const milliseconds = Math.round(performance.now() - startedAt);
  return { summary: `${response.status} ${response.statusText}, ${milliseconds} ms`, body: shown };
}

export function TryIt({ operation }: { operation: DescribedOperation }): ReactElement {
  const [outcome, setOutcome] = useState<Outcome>();
  const [isWaiting, setIsWaiting] = useState(false);
  const running = useRef(new AbortController());
  const form = useRef<HTMLFormElement>(null);
  const example = operation.bodies.find((body) => body.example !== undefined)?.example;
  useEffect(() => {
    form.current?.querySelector<HTMLElement>('input, textarea, button')?.focus();
    return () => running.current.abort();
  }, []);

  async function submit(event: FormEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault();
    running.current.abort();
    running.current = new AbortController();
    const { signal } = running.current;
    setIsWaiting(true);
    try {
      setOutcome(await send(operation, new FormData(event.currentTarget), signal));
    } catch (error) {
      if (!signal.aborted) setOutcome({ summary: 'No answer', body: String(error) });
    }
    if (!signal.aborted) setIsWaiting(false);
  }

  return (
    <form ref={form} className={classes.form} onSubmit={submit} aria-label={`Try: ${operation.summary}`}>
      {operation.parameters.map(({ name, isRequired, node }) => (
        <label key={name}>
          <span>
            <code>{name}</code> {isRequired ? '' : '(may stay empty)'}
          </span>
          <input
            name={name}
            required={isRequired}
            placeholder={node.constraints.join(', ')}
            autoComplete="off"
            spellCheck={false}
          />
        </label>
      ))}
      {example !== undefined && (
        <label>
          <span>Body</span>
          <textarea
            name="body"
            defaultValue={example}
            rows={Math.min(14, example.split('\n').length + 1)}
            spellCheck={false}
          />
        </label>
      )}
      <Button type="submit" size="sm" loading={isWaiting}>
        Send
      </Button>
      <div role="status" className={classes.outcome}>
        {outcome !== undefined && (
          <>
            <p>{outcome.summary}</p>
            <CodeBlock code={outcome.body} label="The answer" />
          </>
        )}
      </div>
    </form>
  );
}
