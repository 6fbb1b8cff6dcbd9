/** `chamfer`: one command a file under commands/, its modules loaded only when it is used. */
import { Command, InvalidArgumentError } from 'commander';

function parseCount(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0)
    throw new InvalidArgumentError('Give a whole number, 0 or more.');
  return value;
}

function parseTolerance(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0) || value === Infinity)
    throw new InvalidArgumentError('Give a number, 0 or more, such as 1e-9.');
  return value;
}

const MEMBER = 'an estimator of a file that holds several; rows go through those named, in their order';
const THEN = 'a file whose model is given what the one before it answers';

/** `--member` and `--then` as they come: a member is of the file named last before it. */
function collectParts() {
  const members: string[] = [];
  const next: { path: string; members: string[] }[] = [];
  return {
    members,
    next,
    addMember: (name: string): void => void (next.at(-1)?.members ?? members).push(name),
    addFile: (path: string): void => void next.push({ path, members: [] }),
  };
}

// Whoever reads the output has seen enough, as `| head` does: no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

const program = new Command('chamfer')
  .description('Works with the models, geometry and sites of Chamfer.')
  .showHelpAfterError('Run the command with --help for examples.');

program
  .command('check')
  .description('Ask a running site for every golden example, compare, and print PASS or FAIL.')
  .option('--url <url>', 'where the site answers', 'http://127.0.0.1:8000')
  .option('--json', 'print one JSON document instead of lines')
  .addHelpText('after', '\nExamples:\n  chamfer check\n  chamfer check --url http://127.0.0.1:9000 --json\n')
  .action(async (options) => {
    const { check } = await import('./commands/check.ts');
    process.exitCode = await check(options);
  });

program
  .command('describe <folder>')
  .description('Compute the shape descriptor of every STL and OBJ file in a folder, for training.')
  .requiredOption('--output <file>', 'the .npz file to write')
  .option('--seed <n>', 'seed of the surface samples', parseCount)
  .option('--rotate <seed>', 'turn every part by a random rotation drawn from this seed', parseCount)
  .option('--jobs <n>', 'worker threads', parseCount)
  .option('--json', 'print a JSON summary')
  .addHelpText('after', '\nExample:\n  chamfer describe parts/ --output parts.npz --jobs 2\n')
  .action(async (folder, options) => {
    const { describe } = await import('./commands/describe.ts');
    process.exitCode = await describe(folder, options);
  });

program
  .command('catalogue-build <folder>')
  .description(
    'Turn a folder of parts with a designs.json into a catalogue: measures, descriptors, meshes, pictures.',
  )
  .requiredOption('--output <folder>', 'the folder to write')
  .option('--jobs <n>', 'worker threads', parseCount)
  .option('--json', 'print a JSON summary')
  .addHelpText(
    'after',
    '\nExample:\n  chamfer catalogue-build raw/mechanical --output catalogues/demo/mechanical\n',
  )
  .action(async (folder, options) => {
    const { catalogueBuild } = await import('./commands/catalogue-build.ts');
    process.exitCode = await catalogueBuild(folder, options);
  });

const inspectParts = collectParts();
program
  .command('inspect <file>')
  .description('Show what is in a scikit-learn pickle, and whether it can be served, without running it.')
  .option('--member <name>', MEMBER, (name) => inspectParts.addMember(name))
  .option('--json', 'print one JSON object')
  .addHelpText(
    'after',
    '\nExit code: 0 where the model can be served, 2 where not.\n' +
      '\nExamples:\n  chamfer inspect model.pkl\n  chamfer inspect model.joblib --json\n  chamfer inspect model.pkl --member scaler --member model\n',
  )
  .action(async (file, options) => {
    const { inspect } = await import('./commands/inspect.ts');
    process.exitCode = await inspect(file, { ...options, ...inspectParts });
  });

const predictParts = collectParts();
program
  .command('predict <file>')
  .description('Ask a scikit-learn pickle for its answers to many rows, without a site and without Python.')
  .option('--method <name>', 'such as predict_proba (default: predict where there is one, else transform)')
  .option('--member <name>', MEMBER, (name) => predictParts.addMember(name))
  .option('--then <file>', THEN, (path) => predictParts.addFile(path))
  .option('--input <file>', 'rows: .csv, .ndjson, .jsonl, .json or .npy; - for standard input', '-')
  .option('--output <file>', 'answers: .ndjson, .jsonl, .json, .csv or .npy; - for JSON lines', '-')
  .addHelpText(
    'after',
    '\nExit code: 0, or 2 where the model or a row is refused; then nothing is written.\n' +
      '\nExamples:\n  chamfer predict model.pkl --input rows.csv --output answers.csv\n' +
      '  chamfer predict vectorizer.pkl --then model.pkl --input texts.csv\n' +
      "  echo '[5.1, 3.5, 1.4, 0.2]' | chamfer predict model.pkl --method predict_proba\n",
  )
  .action(async (file, options) => {
    const { predict } = await import('./commands/predict.ts');
    process.exitCode = await predict(file, { ...options, ...predictParts });
  });

const parityParts = collectParts();
program
  .command('parity <file> <cases>')
  .description('Compare the answers of a scikit-learn pickle here with those recorded where it was trained.')
  .option('--rtol <number>', 'largest relative difference allowed', parseTolerance, 1e-9)
  .option('--member <name>', MEMBER, (name) => parityParts.addMember(name))
  .option('--then <file>', THEN, (path) => parityParts.addFile(path))
  .option('--json', 'print one JSON object')
  .addHelpText(
    'after',
    '\nExit code: 0 where all is the same, 1 where something differs, 2 where the model or a row is refused.\n' +
      '\nThe cases are recorded with examples/record_cases.py; their form is in docs/reference/cases.md.\n' +
      '\nExamples:\n  chamfer parity model.pkl cases.json\n  chamfer parity model.pkl cases.json --rtol 1e-12 --json\n',
  )
  .action(async (file, cases, options) => {
    const { parity } = await import('./commands/parity.ts');
    process.exitCode = await parity(file, cases, { ...options, ...parityParts });
  });

const importParts = collectParts();
program
  .command('import <path>')
  .description(
    'Put a pickle, an ONNX file, a folder of MLflow or of Triton into a model repository, as its next version.',
  )
  .requiredOption('--models <folder>', 'the repository')
  .option('--name <name>', 'the name it is asked under (default: that of the file)')
  .option('--version <version>', 'its version (default: the next number)')
  .option(
    '--cases <file>',
    'what scikit-learn answered; held to it now, and by every site before it is served',
  )
  .option('--rtol <number>', 'largest relative difference allowed', parseTolerance, 1e-9)
  .option('--description <text>', 'one sentence for people')
  .option('--licence <text>', 'SPDX identifier, or how it may be used')
  .option('--member <name>', MEMBER, (name) => importParts.addMember(name))
  .option('--then <file>', THEN, (path) => importParts.addFile(path))
  .option('--json', 'print one JSON object')
  .addHelpText(
    'after',
    '\nExit code: 0, or 2 where it is refused; then the repository is as it was.\n' +
      '\nExamples:\n  chamfer import model.pkl --models models --name wear --cases cases.json\n' +
      '  chamfer import mlruns/0/abc/artifacts/model --models models --name wear\n' +
      '  chamfer import model.onnx --models models --json\n',
  )
  .action(async (path, options) => {
    const { importModel } = await import('./commands/import.ts');
    process.exitCode = await importModel(path, { ...options, ...importParts });
  });

program
  .command('serve <file>')
  .description(
    'Serve a model file over HTTP, as `npm start -- --model FILE` does; options of the site follow.',
  )
  .allowUnknownOption()
  .allowExcessArguments()
  .addHelpText(
    'after',
    '\nEvery option of the site can be given: `chamfer serve model.pkl -- --help` lists them.\n' +
      '\nExamples:\n  chamfer serve model.pkl\n  chamfer serve model.pkl --member scaler --member model --port 9000\n' +
      '  chamfer serve vectorizer.pkl --then model.pkl\n',
  )
  .action(async (file, _options, command: Command) => {
    const { serve } = await import('./commands/serve.ts');
    process.exitCode = await serve(file, command.args.slice(1));
  });

await program.parseAsync();
