/** What every suite of the benchmark is told on the command line, and its own options beside. Refuses unknown ones. */
import { parseArgs } from 'node:util';

const OPTIONS = {
  quick: { type: 'boolean', default: false },
  python: { type: 'string' },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

export interface RunOptions<Own extends string> {
  readonly quick: boolean;
  readonly python: string | undefined;
  /** Options of this suite alone, which take a text. */
  readonly own: Partial<Readonly<Record<Own, string>>>;
}

/** Null where the help was asked for, and written. */
export function parseRunOptions<const Own extends string = never>(
  args: readonly string[],
  help: string,
  own: readonly Own[] = [],
): RunOptions<Own> | null {
  const texts = Object.fromEntries(own.map((name) => [name, { type: 'string' }])) as Record<
    Own,
    { type: 'string' }
  >;
  const parsed = parseArgs({ args: [...args], options: { ...texts, ...OPTIONS } });
  const values = parsed.values as Record<string, unknown>;
  if (values.help) {
    process.stdout.write(help);
    return null;
  }
  const { quick, python, help: _, ...rest } = values;
  return {
    quick: quick as boolean,
    python: python as string | undefined,
    own: rest as RunOptions<Own>['own'],
  };
}
