/** What an opcode is to the machine: a byte, a name, the protocol that brought it, and what it does. */
import type { PickleMachine } from './machine.ts';

export interface Opcode {
  /** The byte, as its character where it is printable. */
  readonly code: string;
  readonly name: string;
  readonly since: 0 | 1 | 2 | 3 | 4 | 5;
  readonly run: (machine: PickleMachine) => void;
  /** Bytes of memory that it takes, about; what depends on the data is counted where it is read. */
  readonly cost: number;
}

/** Memory of what is made, in bytes, as V8 lays it out: a slot on the stack or in the memo; text; a container; a name. */
export const COST = { slot: 16, text: 48, container: 144, object: 240, name: 512, entry: 64 } as const;

export function opcode(
  code: string,
  name: string,
  since: Opcode['since'],
  run: (machine: PickleMachine) => void,
  cost: number = COST.slot,
): Opcode {
  return { code, name, since, run, cost };
}
