/** Chooses designs to try: of different kinds, spread over the catalogue, always the same ones. */
import type { Design } from '@chamfer/contracts';

export function pickExamples(designs: readonly Design[], count: number): readonly Design[] {
  const byKind = new Map<string, Design[]>();
  for (const design of designs) {
    const sameKind = byKind.get(design.kind);
    if (sameKind === undefined) byKind.set(design.kind, [design]);
    else sameKind.push(design);
  }
  // From the middle of a kind: the first of a row of sizes is often the oddest one.
  const candidates = [...byKind.values()].map((sameKind) => sameKind[sameKind.length >> 1]!);
  const step = candidates.length / Math.min(count, candidates.length);
  return Array.from(
    { length: Math.min(count, candidates.length) },
    (_, index) => candidates[Math.floor((index + 0.5) * step)]!,
  );
}
