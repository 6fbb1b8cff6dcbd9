/**
 * Retrieval scores with the query's own family left out of the gallery: near-duplicates of the query would
 * otherwise answer for the encoder. Refuses lists of different lengths.
 */

/** What is known of the part that one row stands for. */
export interface RankedPart {
  readonly kind: string;
  readonly family: string;
}

export interface RetrievalScores {
  /** Queries with at least one relative left in the gallery; only these count. */
  readonly queries: number;
  /** Mean average precision over all queries. */
  readonly mapMicro: number;
  /** Mean over kinds of their mean average precision: every kind weighs alike. */
  readonly mapMacro: number;
  /** How often the first answer is of the query's kind. */
  readonly precisionAt1: number;
  readonly ndcgAt10: number;
}

const NDCG_DEPTH = 10;

/** Row i of `queries` and of `gallery` are the same part, both row-major and of unit length. */
export function leaveFamilyOut(
  queries: Float64Array,
  gallery: Float64Array,
  parts: readonly RankedPart[],
): RetrievalScores {
  const width = queries.length / parts.length;
  if (!Number.isInteger(width) || gallery.length !== queries.length) {
    throw new Error(`${parts.length} parts, but ${queries.length} and ${gallery.length} numbers`);
  }
  const precisions: { kind: string; precision: number; first: number; gain: number }[] = [];
  for (const [at, query] of parts.entries()) {
    const row = queries.subarray(at * width, (at + 1) * width);
    const others = parts.flatMap((part, other) =>
      part.family === query.family
        ? []
        : [{ hit: part.kind === query.kind, score: dot(row, gallery, other * width) }],
    );
    others.sort((a, b) => b.score - a.score);
    const places = others.flatMap(({ hit }, place) => (hit ? [place] : []));
    if (places.length === 0) continue;
    precisions.push({
      kind: query.kind,
      precision: mean(places.map((place, before) => (before + 1) / (place + 1))),
      first: places[0] === 0 ? 1 : 0,
      gain: normalizedGain(places),
    });
  }
  const kinds = Map.groupBy(precisions, ({ kind }) => kind);
  return {
    queries: precisions.length,
    mapMicro: mean(precisions.map(({ precision }) => precision)),
    mapMacro: mean([...kinds.values()].map((of) => mean(of.map(({ precision }) => precision)))),
    precisionAt1: mean(precisions.map(({ first }) => first)),
    ndcgAt10: mean(precisions.map(({ gain }) => gain)),
  };
}

function dot(row: Float64Array, gallery: Float64Array, from: number): number {
  let sum = 0;
  for (let k = 0; k < row.length; k++) sum += row[k]! * gallery[from + k]!;
  return sum;
}

/** Places of the relatives among the first ten, each discounted by the logarithm of its place. */
function normalizedGain(places: readonly number[]): number {
  const discount = (place: number): number => 1 / Math.log2(place + 2);
  const found = places.filter((place) => place < NDCG_DEPTH).reduce((sum, place) => sum + discount(place), 0);
  let best = 0;
  for (let place = 0; place < Math.min(NDCG_DEPTH, places.length); place++) best += discount(place);
  return found / best;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
