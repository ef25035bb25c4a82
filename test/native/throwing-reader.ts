/** A program whose ring handler throws: run by a test, which reads how it ends. */
import { writeSync } from 'node:fs';
import { RingReader } from '../../src/engine/kernel/index.ts';
import { loadPlayground, words } from './playground.ts';

process.on('uncaughtException', (error) => {
  writeSync(1, `uncaught: ${error.message}\n`);
  process.exit(3);
});

const object = loadPlayground();
new RingReader([{ map: object.map('ring') }], {
  onWake: () => {
    throw new Error('from the handler');
  },
});
object.program('produce').testRun({ context: words(1, 0, 0, 0) });
