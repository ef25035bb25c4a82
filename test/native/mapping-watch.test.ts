/** Perf events of mappings: one on each CPU that is said to be online. */
import assert from 'node:assert/strict';
import { readdirSync, readlinkSync } from 'node:fs';
import { describe, it } from 'node:test';
import { cpuCount, MappingWatch } from '../../src/engine/kernel/index.ts';

function openEvents(): number {
  const isEvent = (fd: string): boolean => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`) === 'anon_inode:[perf_event]';
    } catch {
      return false;
    }
  };
  return readdirSync('/proc/self/fd').filter(isEvent).length;
}

describe('MappingWatch', () => {
  it('follows CPUs that come and go', () => {
    const watch = new MappingWatch(2 ** 48 - 1);
    const seen: number[] = [];
    for (const online of [[0], [0], [], [0]]) {
      watch.follow(online);
      seen.push(openEvents());
    }
    watch.close();
    watch.close();
    seen.push(openEvents());

    assert.deepStrictEqual(seen, [1, 1, 0, 1, 0]);
  });

  it('says which CPU cannot be watched', () => {
    const watch = new MappingWatch(1);

    assert.throws(() => watch.follow([cpuCount() + 100_000]), {
      code: 'ENGINE_ATTACH_FAILED',
      call: 'perf_event_open',
      message: /^mappings cannot be watched on CPU \d+: /,
    });
    watch.close();
  });
});
