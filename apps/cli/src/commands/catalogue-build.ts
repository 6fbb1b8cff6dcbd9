/** `chamfer catalogue-build FOLDER --output DIR`: measures, descriptors, page meshes and pictures of a folder of parts. */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { CatalogueDesign } from '@chamfer/contracts';
import { DESCRIPTOR, type Measures } from '@chamfer/geometry';
import type { CataloguePart, CatalogueTask } from '../describe/catalogue-worker.ts';
import { encodeNpy } from '../describe/encode-npz.ts';
import { parseRawDesigns, type RawDesign } from '../describe/parse-raw-designs.ts';
import {
  createProgress,
  printFailures,
  runCommand,
  threadCount,
  writeWhole,
} from '../describe/run-command.ts';
import { runInThreads } from '../describe/run-in-threads.ts';

const WORKER = new URL('../describe/catalogue-worker.ts', import.meta.url);
const THUMBNAIL_PX = 192;
/** About 16 kB a mesh; screws and connectors still look round and whole at this. */
const TRIANGLES_MAX = 1500;
/** Meshes are float32: further digits are noise, and only make the list longer. */
const MEASURE_DIGITS = 7;

/** As the command line gives them. */
export interface CatalogueBuildOptions {
  readonly output: string;
  readonly jobs?: string | number;
  /** One JSON object on standard output in place of sentences. */
  readonly json?: boolean;
}

interface BuiltPart extends CataloguePart {
  readonly design: CatalogueDesign;
}

/**
 * Reads FOLDER/designs.json and the meshes it names; writes `designs.json`, `descriptors.npy` (a row a design,
 * in the same order), `meshes/<id>.glb` and `thumbnails/<id>.png`, replacing those folders. The same input
 * gives the same bytes. Returns the exit code: 1 where parts failed and were left out, 2 where nothing could
 * be done, 130 where Ctrl-C stopped it.
 */
export function catalogueBuild(folder: string, options: CatalogueBuildOptions): Promise<number> {
  return runCommand((signal) => buildCatalogue(folder, options, signal));
}

async function buildCatalogue(
  folder: string,
  options: CatalogueBuildOptions,
  signal: AbortSignal,
): Promise<number> {
  const jobs = threadCount(options.jobs, availableParallelism());
  const designs = parseRawDesigns(await readFile(join(folder, 'designs.json'), 'utf8'));
  designs.sort((a, b) => (a.id < b.id ? -1 : 1));
  const byId = new Map(designs.map((design) => [design.id, design]));
  const tasks = designs.map((design): CatalogueTask & { id: string } => ({
    id: design.id,
    file: join(folder, design.file),
    path: design.file,
    thumbnailPx: THUMBNAIL_PX,
    trianglesMax: TRIANGLES_MAX,
  }));
  const { answers, failures } = await runInThreads<(typeof tasks)[number], CataloguePart>(WORKER, tasks, {
    jobs,
    signal,
    onProgress: createProgress(),
  });
  const parts = answers.map(
    ({ task, answer }): BuiltPart => ({
      ...answer,
      design: finishDesign(byId.get(task.id)!, answer.measures),
    }),
  );
  if (parts.length === 0) {
    printFailures(failures);
    throw new Error('none of the parts could be read: nothing was written');
  }
  const bytes = await writeParts(options.output, parts, signal);
  if (options.json === true) {
    const summary = { output: options.output, designs: parts.length, bytes, failures };
    process.stdout.write(`${JSON.stringify(summary)}\n`);
  } else {
    printFailures(failures);
    const size = `${(bytes / 1e6).toFixed(1)} MB`;
    process.stdout.write(
      `${options.output} holds ${parts.length} designs in ${size}, ${failures.length} parts failed\n`,
    );
  }
  return failures.length > 0 ? 1 : 0;
}

function finishDesign(
  { id, name, kind, attributes, source }: RawDesign,
  measures: Measures,
): CatalogueDesign {
  const rounded = (value: number): number => Number(value.toPrecision(MEASURE_DIGITS));
  return {
    id,
    name,
    kind,
    attributes,
    measures: {
      sizeMm: measures.sizeMm.map(rounded),
      areaMm2: rounded(measures.areaMm2),
      volumeMm3: measures.volumeMm3 === null ? null : rounded(measures.volumeMm3),
      triangles: measures.triangles,
      closed: measures.closed,
    },
    source,
  };
}

/** Returns how many bytes were written. The list of designs comes last: without it the folder is no catalogue. */
async function writeParts(output: string, parts: readonly BuiltPart[], signal: AbortSignal): Promise<number> {
  let bytes = 0;
  await rm(join(output, 'designs.json'), { force: true });
  for (const [folder, extension, key] of [
    ['meshes', 'glb', 'glb'],
    ['thumbnails', 'png', 'png'],
  ] as const) {
    await rm(join(output, folder), { recursive: true, force: true });
    await mkdir(join(output, folder), { recursive: true });
    for (const part of parts) {
      await writeFile(join(output, folder, `${part.design.id}.${extension}`), part[key], { signal });
      bytes += part[key].length;
    }
  }
  const descriptors = new Float32Array(parts.length * DESCRIPTOR.length);
  parts.forEach((part, index) => {
    descriptors.set(part.descriptor, index * DESCRIPTOR.length);
  });
  const npy = encodeNpy({ shape: [parts.length, DESCRIPTOR.length], values: descriptors });
  await writeWhole(join(output, 'descriptors.npy'), [npy], signal);
  const list = Buffer.from(`[\n${parts.map(({ design }) => JSON.stringify(design)).join(',\n')}\n]\n`);
  await writeWhole(join(output, 'designs.json'), [list], signal);
  return bytes + npy.length + list.length;
}
