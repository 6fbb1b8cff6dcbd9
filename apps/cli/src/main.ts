/** `chamfer`: one command a file under commands/, its modules loaded only when it is used. */
import { Command, InvalidArgumentError } from 'commander';

function parseCount(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0)
    throw new InvalidArgumentError('Give a whole number, 0 or more.');
  return value;
}

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

await program.parseAsync();
