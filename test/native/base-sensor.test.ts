/** The base sensor refuses objects that are not its own; its behaviour is tested in test/kernel. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { BaseSensor } from '../../src/engine/sensors/base-sensor.ts';
import { repositoryRoot } from '../support/root.ts';

const OBJECTS = join(repositoryRoot(), 'build/bpf');

describe('base sensor object', () => {
  const directory = mkdtempSync(join(tmpdir(), 'warder-object-'));

  after(() => rmSync(directory, { recursive: true }));

  const refuses = (objectPath: string, code: string): void => {
    assert.throws(() => BaseSensor.load({ objectPath }), { code });
  };

  it('is refused when it is not there', () => {
    refuses(join(directory, 'missing.bpf.o'), 'ENGINE_OBJECT_MISSING');
  });

  it('is refused when it is no object', () => {
    const path = join(directory, 'text.bpf.o');
    writeFileSync(path, 'not an object');

    refuses(path, 'ENGINE_OBJECT_CORRUPT');
  });

  it('is refused when it has none of the wire format', () => {
    refuses(join(repositoryRoot(), 'build/test-bpf/minimal.bpf.o'), 'ENGINE_LAYOUT_MISMATCH');
  });

  it('is refused when it is not the base sensor', () => {
    refuses(join(OBJECTS, 'record_layout.bpf.o'), 'ENGINE_MAP_MISSING');
  });

  it('is taken with rings of another size', () => {
    using sensor = BaseSensor.load({
      objectPath: join(OBJECTS, 'process.bpf.o'),
      ringBulkBytes: 65_536,
      ringUrgentBytes: 4096,
    });

    const { ring_bulk, ring_urgent } = sensor.maps;
    assert.deepStrictEqual(
      [ring_bulk.info.maxEntries, ring_urgent.info.maxEntries, sensor.lastSequence()],
      [65_536, 4096, 0],
    );
  });
});
