import { checkStyle } from './check-style.ts';
import { showCheck } from './show-check.ts';

process.exitCode = (await checkStyle(showCheck)) ? 0 : 1;
