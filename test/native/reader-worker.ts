/** A worker thread that is stopped while its programs are attached and its ring is read. */
import { parentPort } from 'node:worker_threads';
import { BpfObject, RingReader } from '../../src/engine/kernel/index.ts';
import { fixturePath, openPlayground, words } from './playground.ts';

const object = openPlayground();
object.setVariable('watched_tgid', words(process.pid));
object.load();
object.program('count_calls').attach();
const neverLoaded = BpfObject.open(fixturePath('minimal'));
const reader = new RingReader([{ map: object.map('ring') }], {
  intervalMs: 1,
  onWake: () => {
    reader.fill(0);
    object.program('produce').testRun({ context: words(5, 0, 0, 0) });
  },
});
object.program('produce').testRun({ context: words(5, 0, 0, 0) });
parentPort?.postMessage(neverLoaded.programNames());
