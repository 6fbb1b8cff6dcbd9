/** The kernel that WebAssembly runs for the site. */
import { assembleModule } from '@chamfer/sklearn/assembler';
import { PAGES } from '../src/inference/json-layout.ts';
import { readList } from './read-list.ts';

/** The module that the site carries as bytes. */
export function assembleJsonKernel(): Uint8Array<ArrayBuffer> {
  return assembleModule([], [readList], PAGES);
}
