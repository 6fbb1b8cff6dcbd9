/** A call of an operation with its values filled in: as an address to fetch, and as a command to copy. */
import { type DescribedOperation, isJson } from './describe-document.ts';

/** Values of parameters by name; empty ones are left out. */
export type ParameterValues = Readonly<Record<string, string>>;

/** The path with its query; a path parameter without a value stays as `{name}`. */
export function buildPath({ path, parameters }: DescribedOperation, values: ParameterValues): string {
  const filled = path.replaceAll(/\{(\w+)\}/g, (placeholder, name: string) =>
    values[name] ? encodeURIComponent(values[name]) : placeholder,
  );
  const query = new URLSearchParams(
    parameters.flatMap(({ name, place }) =>
      place === 'query' && values[name] ? [[name, values[name]]] : [],
    ),
  );
  return query.size === 0 ? filled : `${filled}?${query}`;
}

/** One word for a POSIX shell, whatever is in it. */
function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** `body` is JSON; bodies of other types are sent from a file named `part.stl`. */
export function formatCurl(
  operation: DescribedOperation,
  origin: string,
  values: ParameterValues,
  body: string | undefined,
): string {
  const address = quote(`${origin}${buildPath(operation, values)}`);
  const words = ['curl', operation.method === 'GET' ? address : `-X ${operation.method} ${address}`];
  const types = operation.bodies.map(({ contentType }) => contentType);
  const json = types.find(isJson);
  if (json !== undefined) words.push(`-H ${quote(`content-type: ${json}`)}`, `-d ${quote(body ?? '{}')}`);
  else if (types.includes('multipart/form-data')) words.push("-F 'file=@part.stl'");
  else if (types[0] !== undefined) {
    words.push(`-H ${quote(`content-type: ${types[0]}`)}`, "--data-binary '@part.stl'");
  }
  return words.join(' \\\n  ').replace('curl \\\n  ', 'curl ');
}
