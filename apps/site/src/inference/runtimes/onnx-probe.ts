/**
 * Entry of a child process that opens one ONNX file and runs it once, so that whatever the native library does with
 * it (crash, hang, take all memory) happens here and not to the site. Prints one line of JSON; see `probe-onnx.ts`.
 */
import { hash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { messageOf } from '../../errors.ts';
import { warmUp } from '../warm-up.ts';
import { readOnnxModel } from './onnx.ts';
import type { ProbeAnswer } from './probe-onnx.ts';

/** Where memory runs out, the kernel is to end this process and no other. */
function volunteer(): void {
  try {
    writeFileSync('/proc/self/oom_score_adj', '1000');
  } catch {
    // Not Linux, or not allowed: the parent watches all the same.
  }
}

async function probe(path: string): Promise<ProbeAnswer> {
  const bytes = new Uint8Array(readFileSync(path));
  const sha256 = hash('sha256', bytes);
  try {
    await warmUp(await readOnnxModel(bytes));
    return { sha256, refused: null };
  } catch (error) {
    return { sha256, refused: messageOf(error) };
  }
}

volunteer();
process.stdout.write(JSON.stringify(await probe(process.argv[2]!)));
