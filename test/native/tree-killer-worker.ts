/** A worker that is stopped while a thread of its ends trees. */
import { join } from 'node:path';
import { parentPort } from 'node:worker_threads';
import { BpfObject, TreeKiller } from '../../src/engine/kernel/index.ts';
import { repositoryRoot } from '../support/root.ts';
import { fixturePath } from './playground.ts';

const ring = BpfObject.open(fixturePath('doom'));
ring.load();
const responses = BpfObject.open(join(repositoryRoot(), 'build/bpf/response.bpf.o'));
for (const name of ['response_fork', 'response_alloc', 'response_call', 'response_doom']) {
  responses.setAutoload(name, false);
}
responses.load();
const killer = new TreeKiller({
  ...{ doomed: ring.map('doomed'), mark: responses.program('response_mark') },
  ...{ targets: responses.map('targets'), marking: responses.map('marking') },
  ...{ verdicts: responses.map('verdicts'), id: 1, spared: [process.pid] },
});
parentPort?.on('message', () => killer.close());
parentPort?.postMessage('open');
