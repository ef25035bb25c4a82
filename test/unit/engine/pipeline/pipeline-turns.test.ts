/** The pipeline shares its thread, ends cleanly, and survives what it calls. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { RECORD_KIND } from '../../../../src/engine/records/generated/enums.ts';
import { InvariantError } from '../../../../src/model/errors.ts';
import { type Logger, silentLogger } from '../../../../src/model/log.ts';
import { setUpPipeline } from '../../../support/memory-pipeline.ts';
import { execBytes, recordBytes } from '../../../support/record-bytes.ts';

const exec = (sequence: number, tgid = 100): Buffer =>
  execBytes({ sequence, tgid }, { binary: '/bin/ls' });

const exit = (sequence: number): Buffer =>
  recordBytes({ kind: RECORD_KIND.EXIT, sequence, tgid: 100 });

describe('pipeline turns and failures', () => {
  it('gives the thread back between turns and then goes on', async () => {
    const { rings, pipeline, batches } = setUpPipeline();
    for (let sequence = 1; sequence <= 40; sequence++) rings.bulk(exec(sequence, sequence));

    pipeline.wake();
    pipeline.wake();
    const first = batches.length;
    await setImmediate();
    await setImmediate();
    await setImmediate();

    assert.equal(first, 16);
    assert.equal(batches.length, 40);
  });

  it('takes what is left and closes the source once when it is closed', () => {
    const { rings, pipeline, batches } = setUpPipeline();
    for (let sequence = 1; sequence <= 40; sequence++) rings.bulk(exec(sequence, sequence));

    pipeline.close();
    pipeline.close();

    assert.deepStrictEqual([batches.length, rings.closed], [40, 1]);
  });

  it('does nothing when it is woken before it has a source or after it was closed', () => {
    const { rings, pipeline } = setUpPipeline();
    pipeline.close();
    const { fills } = rings;
    pipeline.wake();

    assert.equal(rings.fills, fills);
  });

  it('goes on when the publisher throws, counts it and says so once', () => {
    const logged: string[] = [];
    const logger: Logger = { ...silentLogger, error: (_, message) => logged.push(message) };
    const { rings, pipeline, failures } = setUpPipeline({
      logger,
      publish: () => {
        throw new Error('full');
      },
    });
    rings.bulk(exec(1));
    rings.bulk(exit(2));

    pipeline.wake();

    const { decoded, published, publishFailures } = pipeline.counts();
    assert.deepStrictEqual(
      { decoded, published, publishFailures },
      {
        decoded: 2,
        published: 0,
        publishFailures: 2,
      },
    );
    assert.equal(logged.length, 1);
    assert.deepStrictEqual(failures, []);
  });

  it('stops at a broken invariant and reports it', () => {
    const { rings, pipeline, failures } = setUpPipeline({
      publish: () => {
        throw new InvariantError('broken');
      },
    });
    rings.bulk(exec(1));
    rings.bulk(exit(2));

    pipeline.wake();
    pipeline.wake();

    assert.deepStrictEqual(failures.map(String), ['InvariantError: broken']);
    assert.equal(rings.closed, 1);
  });

  it('reports a ring that cannot be read, once', () => {
    const { rings, pipeline, failures } = setUpPipeline();
    rings.fill = () => {
      throw new Error('corrupt');
    };

    pipeline.wake();
    pipeline.wake();

    assert.deepStrictEqual(failures.map(String), ['Error: corrupt']);
  });
});
