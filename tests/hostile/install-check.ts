/** For Vitest, which changes the code itself: what the changed code calls. */
import { installCheck } from './check-indices.ts';

installCheck();
