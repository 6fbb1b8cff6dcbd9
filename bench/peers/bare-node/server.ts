/**
 * The ceiling: reads the same body, parses the JSON and answers shortly, with nothing between. Refuses nothing.
 *
 *   node server.ts PORT
 */
import { createServer } from 'node:http';

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const { inputs } = JSON.parse(Buffer.concat(chunks).toString()) as { inputs: unknown[] };
    const answer = `{"rows":${inputs.length}}`;
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': answer.length });
    response.end(answer);
  });
});
server.listen(Number(process.argv[2]), '127.0.0.1');
