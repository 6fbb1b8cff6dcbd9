/** The one part of this tab, and the two ways to open it: a file of the user's, a design of the catalogue. */
import { useSyncExternalStore } from 'react';
import { PageError } from '../../api/failure.ts';
import { createPartStore, type LoadedPart, type Part, type PartStore } from '../../api/part-store.ts';
import { site } from '../../api/site.ts';
import { encodeStl } from '../../viewer/encode-stl.ts';
import type { RenderMesh } from '../../viewer/render-mesh.ts';
import { runMeshJob } from '../../viewer/run-mesh-job.ts';

const RECOMMENDATIONS = 10;

export const partStore: PartStore<RenderMesh> = createPartStore({
  drawFile: (file, name, signal) => runMeshJob({ kind: 'file', file, name }, signal),
  recommend: (file, filename, signal) => site.recommend(file, { filename, k: RECOMMENDATIONS, signal }),
});

export function usePart(): Part<RenderMesh> | undefined {
  return useSyncExternalStore(partStore.subscribe, partStore.getPart);
}

/** Read whole before anything is sent: a folder, or a file that is gone, fails here with plain words. */
async function loadFile(file: File): Promise<LoadedPart> {
  try {
    return { name: file.name, file: new Blob([await file.arrayBuffer()]) };
  } catch {
    throw new PageError(
      'The file cannot be read',
      `${file.name} is a folder, or was moved or changed while it was being read.`,
      'Drop the file itself, once more.',
    );
  }
}

export function openFile(file: File): void {
  partStore.open({ name: file.name, load: () => loadFile(file) });
}

/** Sends the mesh of a design as an STL, exactly as a user would who had it as a file. */
async function loadDesign(designId: string, signal: AbortSignal): Promise<LoadedPart> {
  const [design, { loadDesignMesh }] = await Promise.all([
    site.design(designId, { signal }),
    import('../../viewer/load-design-mesh.ts'),
  ]);
  const { positions, triangles } = await loadDesignMesh(design.meshUrl, signal);
  const file = new Blob([encodeStl(positions, triangles, design.name)]);
  return { name: `${design.name}.stl`, file, design };
}

export function openDesign(designId: string): void {
  partStore.open({ name: designId, designId, load: (signal) => loadDesign(designId, signal) });
}
