/** The `designs.json` that a catalogue is built from; refuses entries that are not whole, ids used twice, files outside. */
import { isAbsolute, normalize, sep } from 'node:path';

/** A design before its geometry was looked at. */
export interface RawDesign {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  readonly attributes: Readonly<Record<string, string | number>>;
  readonly source: string;
  /** The mesh, relative to the folder. */
  readonly file: string;
}

/** Ids become file names and parts of addresses. */
const ID = /^[a-z0-9][a-z0-9._-]{0,127}$/;
const TEXTS = ['id', 'name', 'kind', 'source', 'file'] as const;

/** Throws an Error that names the entry and what is wrong with it. */
export function parseRawDesigns(json: string): RawDesign[] {
  const entries: unknown = JSON.parse(json);
  if (!Array.isArray(entries)) throw new Error('designs.json must be a list of designs');
  const ids = new Set<string>();
  return entries.map((entry: unknown, index) => {
    const design = parseRawDesign(entry, `designs.json, entry ${index + 1}`);
    if (ids.has(design.id))
      throw new Error(`designs.json, entry ${index + 1}: the id ${design.id} is used twice`);
    ids.add(design.id);
    return design;
  });
}

function parseRawDesign(entry: unknown, where: string): RawDesign {
  if (typeof entry !== 'object' || entry === null) throw new Error(`${where}: must be an object`);
  const fields = entry as Record<string, unknown>;
  for (const name of TEXTS) {
    if (typeof fields[name] !== 'string' || fields[name] === '')
      throw new Error(`${where}: ${name} must be a text`);
  }
  const design = fields as unknown as RawDesign;
  if (!ID.test(design.id)) throw new Error(`${where}: the id must match ${ID.source}`);
  const path = normalize(design.file);
  if (isAbsolute(path) || path === '..' || path.startsWith(`..${sep}`)) {
    throw new Error(`${where}: file must lie inside the folder`);
  }
  const { attributes } = fields;
  if (typeof attributes !== 'object' || attributes === null || Array.isArray(attributes)) {
    throw new Error(`${where}: attributes must be an object`);
  }
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value !== 'string' && !Number.isFinite(value)) {
      throw new Error(`${where}: attribute ${name} must be a text or a number`);
    }
  }
  return design;
}
