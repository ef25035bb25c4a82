/** How soon an agent knows the cluster again after an outage, with the delays that agents have. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { DEFAULT_TIMING } from '../../src/kubernetes/watchers/timing.ts';
import type { Fault } from '../support/api-server/faults.ts';
import { putPod } from '../support/cluster-objects.ts';
import { ClusterStage } from '../support/cluster-stage.ts';

/** Of a server that is away; delays have grown by then. */
const AWAY_MS = 2_000;

interface Outage {
  /** Resolves when it has been noticed. */
  begin(stage: ClusterStage): Promise<void>;
  end(stage: ClusterStage): Promise<void> | void;
}

/** Every watch fails until the end. */
function lasting(fault: Fault): Outage {
  return {
    async begin(stage) {
      stage.server.faults.add({ verb: 'watch', plural: 'pods', fault });
      stage.server.watches.dropAll();
      const tries = stage.seen('watch').length;
      await stage.until('it was tried', () => stage.seen('watch').length >= tries + 2);
    },
    end: (stage) => stage.server.faults.clear(),
  };
}

const OUTAGES: Readonly<Record<string, Outage>> = {
  'was killed and started again': {
    async begin(stage) {
      await stage.server.stop();
      await sleep(AWAY_MS);
    },
    end: (stage) => stage.server.listen(),
  },
  'no longer has the version (410)': {
    async begin(stage) {
      await stage.server.stop();
      stage.server.store.touch();
      stage.server.store.compact();
    },
    end: (stage) => stage.server.listen(),
  },
  'has no time (429)': lasting({ kind: 'status', code: 429 }),
  'sends garbage': lasting({ kind: 'text', text: 'what is this?\n' }),
  'sends half a line': lasting({ kind: 'text', text: '{"type":"ADD', isWhole: true }),
  'refuses the token (401)': {
    async begin(stage) {
      stage.server.tokens.clear();
      stage.server.watches.dropAll();
      const tries = stage.seen('watch').length;
      await stage.until('it was tried', () => stage.seen('watch').length >= tries + 2);
    },
    end({ server }) {
      server.tokens.add('token-2');
      server.writeKubeconfig({ token: 'token-2' });
    },
  },
};

describe('an agent knows the cluster again', { concurrency: true }, () => {
  for (const [name, { begin, end }] of Object.entries(OUTAGES)) {
    it(`after a server that ${name}`, async (t) => {
      await using stage = await ClusterStage.open(DEFAULT_TIMING);
      putPod(stage.server, 'web');
      await stage.start();

      await begin(stage);
      putPod(stage.server, 'late');
      const whileAway = stage.podNames();
      const start = performance.now();
      await end(stage);
      await stage.until('the late pod is known', () => stage.pods.size === 2);
      const known = performance.now();
      await stage.until('all are fresh', () => stage.areAll('fresh'));

      const [knownMs, freshMs] = [known - start, performance.now() - start].map(Math.round);
      t.diagnostic(`a pod made meanwhile known after ${knownMs} ms, all fresh after ${freshMs} ms`);
      assert.deepStrictEqual(whileAway, ['web']);
      assert.deepStrictEqual(stage.podNames(), ['late', 'web']);
    });
  }
});
