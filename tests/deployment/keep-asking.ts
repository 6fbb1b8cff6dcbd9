/**
 * Asks a site without pause over several connections until it takes no more, then prints what became of the
 * requests, as JSON: how many were answered, how many came too late, and how each of the others was lost.
 *
 *   node tests/deployment/keep-asking.ts URL STL-FILE
 */
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';

export interface Asked {
  readonly answered: number;
  /** Refused, or sent at the very moment in which the site closed the connection. */
  readonly tooLate: number;
  readonly lost: readonly string[];
}

const CONNECTIONS = 6;
const MS_MAX = 60_000;
/** A request that was under way for longer had been received: an answer takes many times this. */
const CROSSING_MS_MAX = 10;

type Outcome = 'answered' | 'too late' | { readonly lost: string };

/** One upload over its own connection of `agent`. */
function ask(url: string, part: Buffer, agent: Agent): Promise<Outcome> {
  const boundary = 'a-part-follows';
  const body = Buffer.concat([
    Buffer.from(`--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="part.stl"\r\n\r\n`),
    part,
    Buffer.from(`\r\n--${boundary}--\r\n`),
  ]);
  return new Promise((resolve) => {
    const asked = request(new URL('/api/v1/recommendations', url), {
      method: 'POST',
      agent,
      headers: { 'content-type': `multipart/form-data; boundary=${boundary}`, 'content-length': body.length },
    });
    const sentAt = performance.now();
    let answerBegan = false;
    asked.on('error', (error: NodeJS.ErrnoException) => {
      const ms = Math.round(performance.now() - sentAt);
      const wasNeverTaken = error.code === 'ECONNREFUSED' || (!answerBegan && ms <= CROSSING_MS_MAX);
      resolve(wasNeverTaken ? 'too late' : { lost: `${error.code} after ${ms} ms` });
    });
    asked.on('response', (response) => {
      answerBegan = true;
      response.resume();
      response.on('aborted', () => resolve({ lost: 'the answer broke off' }));
      response.on('end', () =>
        resolve(response.statusCode === 200 ? 'answered' : { lost: `answered with ${response.statusCode}` }),
      );
    });
    asked.end(body);
  });
}

async function keepAsking(url: string, file: string): Promise<Asked> {
  const part = readFileSync(file);
  const lost: string[] = [];
  let [answered, tooLate] = [0, 0];
  const deadline = performance.now() + MS_MAX;
  const askInTurn = async (): Promise<void> => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    while (performance.now() < deadline) {
      const outcome = await ask(url, part, agent);
      if (outcome === 'too late') {
        tooLate += 1;
        return;
      }
      if (outcome === 'answered') answered += 1;
      else lost.push(outcome.lost);
    }
  };
  console.error('asking');
  await Promise.all(Array.from({ length: CONNECTIONS }, askInTurn));
  return { answered, tooLate, lost };
}

const [url, file] = process.argv.slice(2);
if (url === undefined || file === undefined)
  throw new Error('Usage: node tests/deployment/keep-asking.ts URL STL-FILE');
console.log(JSON.stringify(await keepAsking(url, file)));
