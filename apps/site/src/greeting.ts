/** What a site tells whoever started it: what to open, what it serves, what to try next. */
import type { ModelInfo } from '@chamfer/contracts';

/** A command with more values than this is not one that people copy. */
const EXAMPLE_COLUMNS_MAX = 32;

export interface Greeting {
  readonly version: string;
  readonly url: string;
  readonly data: string;
  readonly models: readonly ModelInfo[];
  /** Title and size; null where there are no recommendations. */
  readonly catalogue: string | null;
  readonly warnings: readonly string[];
}

export function greetingLines({ version, url, data, models, catalogue, warnings }: Greeting): string[] {
  const served = models.map(
    (model) => `${model.name} ${model.version}${model.isDefault ? ' (default)' : ''}`,
  );
  return [
    '',
    `Chamfer ${version} is ready.`,
    '',
    `  Page       ${url}`,
    `  API        ${url}/docs`,
    `  Models     ${served.join(', ') || 'none'}`,
    ...(catalogue === null ? [] : [`  Catalogue  ${catalogue}`]),
    `  Data       ${data}`,
    ...warnings.flatMap((warning) => ['', `  ${warning}`]),
    '',
    'Try in another terminal:',
    '',
    `  npm run client -- --url ${url}`,
    ...(catalogue === null ? [] : [`  curl -F file=@part.stl ${url}/api/v1/recommendations`]),
    ...exampleCall(url, models),
    '',
    'Ctrl-C stops it.',
    '',
  ];
}

/** A call that works as it stands, where a row is short enough to write. */
function exampleCall(url: string, models: readonly ModelInfo[]): string[] {
  const standard = models.find((model) => model.isDefault);
  const columns = standard?.signature.input.shape[1] ?? -1;
  if (columns < 1 || columns > EXAMPLE_COLUMNS_MAX) return [];
  const body = JSON.stringify({ inputs: [new Array(columns).fill(0)] });
  return [`  curl -H 'content-type: application/json' -d '${body}' ${url}/predict`];
}
