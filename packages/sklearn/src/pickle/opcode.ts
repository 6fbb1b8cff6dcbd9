/** What an opcode is to the machine: a byte, a name, the protocol that brought it, and what it does. */
import type { PickleMachine } from './machine.ts';

export interface Opcode {
  /** The byte, as its character where it is printable. */
  readonly code: string;
  readonly name: string;
  readonly since: 0 | 1 | 2 | 3 | 4 | 5;
  readonly run: (machine: PickleMachine) => void;
}

export function opcode(
  code: string,
  name: string,
  since: Opcode['since'],
  run: (machine: PickleMachine) => void,
): Opcode {
  return { code, name, since, run };
}
