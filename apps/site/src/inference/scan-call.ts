/**
 * Reads the ordinary body of a prediction, `{"inputs": [[1, 2], [3, 4]], "model": "m", "method": "predict"}` in any
 * order and with any white space, straight into a matrix. Refuses nothing: for anything out of the ordinary (strings
 * among the numbers, escapes, rows of different widths, mistakes) it answers null, and `JSON.parse` has its turn.
 */
import { CLOSING_BRACE, COLON, COMMA, JsonScanner, OPENING_BRACE } from './json-scanner.ts';
import type { Matrix } from './runtime-model.ts';

/**
 * Rows that came as numbers alone: finite, and at least one row and one column. They stand in memory that the next call
 * is read into: whoever keeps them beyond this turn copies them.
 */
export class NumberRows implements Matrix {
  readonly data: Float64Array;
  readonly rows: number;
  readonly columns: number;

  constructor(data: Float64Array, rows: number, columns: number) {
    this.data = data;
    this.rows = rows;
    this.columns = columns;
  }

  /** The rows as JSON has them, for readers that take any. */
  nested(): number[][] {
    return Array.from({ length: this.rows }, (_, row) => [
      ...this.data.subarray(row * this.columns, (row + 1) * this.columns),
    ]);
  }
}

interface ScannedCall {
  inputs: NumberRows | undefined;
  model: string | undefined;
  method: string | undefined;
}

export function scanCall(body: Uint8Array): ScannedCall | null {
  return new CallScanner(body).scan();
}

class CallScanner extends JsonScanner {
  scan(): ScannedCall | null {
    const call: ScannedCall = { inputs: undefined, model: undefined, method: undefined };
    if (!this.endsInBrace || !this.take(OPENING_BRACE)) return null;
    do {
      const field = this.string();
      // A field given twice counts as JSON.parse counts it.
      if (field === null || !Object.hasOwn(call, field) || call[field as keyof ScannedCall] !== undefined)
        return null;
      if (!this.take(COLON)) return null;
      const value = field === 'inputs' ? this.#rows() : this.string();
      if (value === null) return null;
      (call as unknown as Record<string, unknown>)[field] = value;
    } while (this.take(COMMA));
    return this.take(CLOSING_BRACE) && this.isAtEnd && call.inputs !== undefined ? call : null;
  }

  #rows(): NumberRows | null {
    const lists = this.numberLists();
    if (lists?.sizes.length !== 2) return null;
    return new NumberRows(lists.data, lists.sizes[0]!, lists.sizes[1]!);
  }
}
