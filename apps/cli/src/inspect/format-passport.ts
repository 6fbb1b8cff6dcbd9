/** A passport as text for people: one fact a line, nothing in it that a terminal would obey. */
import type { Passport } from '../commands/inspect.ts';
import { describe, type EstimatorNode, type ParameterValue } from './estimator-tree.ts';
import { printable } from './printable.ts';

const LINE_WIDTH = 110;
/** Names a list shows before it says how many more there are. */
const NAMES_SHOWN_MAX = 12;

export function formatPassport(passport: Passport): string {
  const lines = [
    printable(passport.file),
    ...factLines(passport),
    '',
    'Estimators',
    ...(passport.estimators.length === 0
      ? ['  none']
      : passport.estimators.flatMap((node) => nodeLines(node, '  '))),
    ...memberLines(passport),
    ...signatureLines(passport),
    '',
    'Names that the file uses',
    ...globalLines(passport),
    '',
    ...verdictLines(passport),
  ];
  return `${lines.join('\n')}\n`;
}

function factLines(passport: Passport): string[] {
  const { container, protocol, compression } = passport;
  const written = container === null ? 'not readable to its end' : `${container}, protocol ${protocol}`;
  const packed = compression === null ? '' : compression === 'none' ? ', not compressed' : `, ${compression}`;
  return [
    `  size          ${passport.sizeBytes.toLocaleString('en')} bytes`,
    `  sha256        ${passport.sha256}`,
    `  written as    ${written}${packed}`,
    `  scikit-learn  ${passport.sklearnVersion === null ? 'version not noted' : printable(passport.sklearnVersion, 40)}`,
  ];
}

function nodeLines(node: EstimatorNode, indent: string): string[] {
  const place =
    node.path === '' ? '' : `${node.path}${node.name === null ? '' : ` ${describe(node.name)}`}: `;
  const many = node.count > 1 ? `${node.count} of ` : '';
  const parameters = Object.entries(node.parameters).map(([name, value]) => `${name}=${shown(value)}`);
  const head = printable(`${place}${many}${node.className}`);
  return [
    ...wrapped(
      `${head}(`,
      parameters.map((one) => printable(one)),
      ')',
      indent,
    ),
    ...node.members.flatMap((member) => nodeLines(member, `${indent}  `)),
  ];
}

function shown(value: ParameterValue): string {
  return typeof value === 'object' && value !== null ? value.described : describe(value);
}

/** Items joined by commas, broken between two of them where the line is full. */
function wrapped(head: string, items: readonly string[], tail: string, indent: string): string[] {
  const lines: string[] = [];
  let line = `${indent}${head}`;
  items.forEach((item, index) => {
    const text = index === items.length - 1 ? `${item}${tail}` : `${item},`;
    const gap = index === 0 ? '' : ' ';
    if (index > 0 && line.length + gap.length + text.length > LINE_WIDTH) {
      lines.push(line);
      line = `${indent}    ${text}`;
    } else line += gap + text;
  });
  return [...lines, items.length === 0 ? line + tail : line];
}

/** A collection's estimators by the names to choose them with. */
function memberLines({ members }: Passport): string[] {
  if (members === null || members.length === 0) return [];
  return [
    '',
    'Members',
    ...members.map(({ name, className }) => `  ${printable(name, 60).padEnd(20)} ${className}`),
  ];
}

function signatureLines({ signature }: Passport): string[] {
  if (signature === null) return [];
  const { classes, methods, defaultMethod } = signature;
  return [
    '',
    'Signature',
    ...inputLines(signature),
    ...(classes === null ? [] : [`  classes       ${namesShown(classes.map(String))}`]),
    ...Object.entries(methods).map(([name, { shape, datatype, parts }]) => {
      const answers = (parts ?? [{ shape, datatype }]).map(
        (one) => `${one.datatype} [${one.shape.map((size) => (size === -1 ? '?' : size)).join(', ')}]`,
      );
      const shown = answers.length > 4 ? `${answers.length} of ${answers[0]}` : answers.join(', ');
      return `  ${name.padEnd(17)} ${shown}${name === defaultMethod ? ' (default)' : ''}`;
    }),
  ];
}

/** What a row is, and of a table what each column holds. */
function inputLines({
  rows,
  columns,
  columnNames,
  columnKinds,
  looksTransformed,
}: NonNullable<Passport['signature']>): string[] {
  const head = '  input         ';
  if (rows !== 'numbers' && rows !== 'table') return [`${head}one ${rows} a row`];
  const width =
    columns === null ? 'rows of any width' : `rows of ${columns} ${columns === 1 ? 'column' : 'columns'}`;
  const made = looksTransformed
    ? ['                they come out of a vectorizer or another transformer: serve it with --then']
    : [];
  if (columnKinds === null)
    return [`${head}${width}${columnNames === null ? '' : `: ${namesShown(columnNames)}`}`, ...made];
  const shown = columnKinds.slice(0, NAMES_SHOWN_MAX).map(({ kind, categories }, column) => {
    const name = printable(columnNames?.[column] ?? `${column}`, 60).padEnd(20);
    const known = categories === undefined ? '' : `: ${namesShown(categories.map(String))}`;
    return `    ${name} ${kind}${known}`;
  });
  const more = columnKinds.length - shown.length;
  return [`${head}${width}`, ...shown, ...(more > 0 ? [`    and ${more} more`] : [])];
}

function namesShown(names: readonly string[]): string {
  const shown = names.slice(0, NAMES_SHOWN_MAX).map((name) => printable(name, 60));
  const more = names.length > shown.length ? ` and ${names.length - shown.length} more` : '';
  return `${shown.join(', ')}${more}`;
}

function globalLines({ globals, globalsLeftOut, inert }: Passport): string[] {
  if (globals.length === 0) return ['  none'];
  const places = new Map(inert.map(({ module, name, path }) => [`${module} ${name}`, path]));
  const lines = globals.map(({ module, name, role, offsetBytes }) => {
    const place = places.get(`${module} ${name}`);
    const where = place === undefined || place === '' ? '' : ` at ${printable(place, 100)}`;
    const verdict = role === 'refused' ? `REFUSED, first at byte ${offsetBytes}` : `as ${role}${where}`;
    return `  ${printable(`${module}.${name}`, 100).padEnd(58)} ${verdict}`;
  });
  return globalsLeftOut > 0 ? [...lines, `  and ${globalsLeftOut} more`] : lines;
}

function verdictLines({ problems }: Passport): string[] {
  if (problems.length === 0) return ['SERVABLE: nothing of the file was run.'];
  return [
    ...problems.map(({ code, message, path, offsetBytes }) => {
      const where =
        path !== undefined && path !== ''
          ? `${path}: `
          : offsetBytes === undefined
            ? ''
            : `byte ${offsetBytes}: `;
      return `  ${code}  ${printable(`${where}${message}`, 1_000)}`;
    }),
    `REFUSED for ${problems.length} ${problems.length === 1 ? 'reason' : 'reasons'}. Nothing of the file was run.`,
  ];
}
