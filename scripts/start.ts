/** `npm start`: builds the page where its sources changed, then starts the site in this process. */
import { buildPage } from './build-page.ts';

const asksForHelp = process.argv.includes('--help') || process.argv.includes('-h');
if (!asksForHelp) await buildPage();
const { run } = await import('../apps/site/src/main.ts');
await run();
