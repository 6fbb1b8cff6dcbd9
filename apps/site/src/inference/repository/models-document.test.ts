import { readFileSync } from 'node:fs';
import { ModelManifest } from '@chamfer/contracts';
import { expect, test } from 'vitest';

test('docs/reference/models.md has a row for every field of a manifest, in the words of its schema', () => {
  const document = readFileSync(new URL('../../../../../docs/reference/models.md', import.meta.url), 'utf8');
  const rows = Object.entries(ModelManifest.properties).map(([name, schema]) => {
    const { description } = schema as { description?: string };
    const isNeeded = ModelManifest.required.includes(name as never);
    return `| \`${name}\` | ${isNeeded ? 'yes' : 'no'} | ${description} |`;
  });
  expect(document).toContain(rows.join('\n'));
});
