/** What passes between the supervisor and the processes that serve. */
import type { StoredCatalogue } from '../storage/design-store.ts';

/** From a serving process; `id` pairs a question with its answer. */
export type ServingMessage =
  | { readonly kind: 'read catalogue'; readonly id: number; readonly importKey: string }
  | {
      readonly kind: 'replace catalogue';
      readonly id: number;
      readonly importKey: string;
      readonly catalogue: StoredCatalogue;
    }
  /** A model was loaded or unloaded on demand: the others are to do so too. */
  | { readonly kind: 'models changed'; readonly change: ModelChange }
  | { readonly kind: 'ready'; readonly greeting: readonly string[] }
  /** It cannot start, and why, as it would say it alone. */
  | { readonly kind: 'refused'; readonly message: string; readonly exitCode: number };

export interface ModelChange {
  readonly verb: 'load' | 'unload';
  readonly name: string;
}

/** From the supervisor: `value` is a catalogue, or null. */
export type SupervisorMessage =
  | { readonly change: ModelChange }
  | { readonly id: number; readonly ok: true; readonly value: StoredCatalogue | null }
  | { readonly id: number; readonly ok: false; readonly message: string };
