/** Loaded before a program (`node --import`), checks every index of the estimators while it runs. */
import { readFileSync } from 'node:fs';
import { registerHooks, stripTypeScriptTypes } from 'node:module';
import { fileURLToPath } from 'node:url';
import { CHECKED, installCheck, withChecks } from './check-indices.ts';

installCheck();
registerHooks({
  load(url, context, nextLoad) {
    if (!url.startsWith('file:') || !CHECKED.test(url)) return nextLoad(url, context);
    const path = fileURLToPath(url);
    const source = stripTypeScriptTypes(withChecks(readFileSync(path, 'utf8'), path));
    return { format: 'module', source, shortCircuit: true };
  },
});
