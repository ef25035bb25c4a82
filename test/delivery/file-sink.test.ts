/** The sink of files: nothing is lost or cut when files are rotated, moved, or the disk is full. */
import assert from 'node:assert/strict';
import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it, type TestContext } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { FileSink, type FileSinkOptions } from '../../src/exporters/sinks/file/file-sink.ts';
import { JSON_FORMAT } from '../../src/exporters/sinks/sink-type.ts';
import { silentLogger } from '../../src/model/log.ts';
import { dispatch, dispatches } from '../support/dispatches.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { aMessage } from '../support/messages.ts';
import { fill, smallDisk } from '../support/small-disk.ts';

const ROOT = mkdtempSync(join(tmpdir(), 'warder-file-'));
after(() => rmSync(ROOT, { recursive: true, force: true }));

interface Place {
  readonly directory: string;
  readonly path: string;
  readonly clock: FakeClock;
  readonly sink: FileSink;
}

async function open(
  t: TestContext,
  changes: Partial<FileSinkOptions> = {},
  directory = mkdtempSync(join(ROOT, 'log-')),
): Promise<Place> {
  const clock = new FakeClock(Date.now());
  const path = join(directory, 'events.json');
  const sink = new FileSink({
    ...{ path, bytesMax: 1_000_000, ageMaxMs: 3_600_000, keep: 5, compress: true, mode: 0o600 },
    ...{ format: JSON_FORMAT, clock, logger: silentLogger, ...changes },
  });
  t.after(() => sink.close());
  await sink.open();
  return { directory, path, clock, sink };
}

async function write(sink: FileSink, from: number, through: number): Promise<readonly string[]> {
  const outcomes = await sink.deliver(dispatches(from, through));
  return outcomes.map(({ kind }) => kind);
}

/** Numbers of the messages in a file, or in a compressed one. */
function numbers(path: string): readonly unknown[] {
  const bytes = readFileSync(path);
  const text = (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  assert.ok(text === '' || text.endsWith('\n'));
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line).number);
}

function rotated(directory: string): readonly string[] {
  const names = readdirSync(directory).filter((name) => name !== 'events.json');
  return names.sort().map((name) => join(directory, name));
}

describe('FileSink', () => {
  it('writes a line for each message, for its owner alone', async (t) => {
    const { path, sink } = await open(t);

    assert.deepStrictEqual(await write(sink, 1, 2), ['delivered', 'delivered']);

    assert.equal(readFileSync(path, 'utf8'), `${aMessage(1).body}\n${aMessage(2).body}\n`);
    assert.equal(statSync(path).mode & 0o777, 0o600);
  });

  it('gives files the mode that it was told, whatever the umask', async (t) => {
    const { path } = await open(t, { mode: 0o666 });

    assert.equal(statSync(path).mode & 0o777, 0o666);
  });

  it('makes one line of a format of several', async (t) => {
    const format = { ...JSON_FORMAT, encode: () => '{\n"number": 7\n}\n' };
    const { path, sink } = await open(t, { format });

    await sink.deliver([dispatch(aMessage(1))]);

    assert.deepStrictEqual(numbers(path), [7]);
  });

  it('goes on with a file that is there, after a line that was cut', async (t) => {
    const directory = mkdtempSync(join(ROOT, 'cut-'));
    writeFileSync(join(directory, 'events.json'), '{"number":0}\n{"numb');
    const { path, sink } = await open(t, {}, directory);

    await write(sink, 1, 1);

    const lines = readFileSync(path, 'utf8').split('\n');
    assert.deepStrictEqual(lines, ['{"number":0}', '{"numb', aMessage(1).body, '']);
  });

  it('rotates before a file becomes too large, and loses no line', async (t) => {
    const bytesMax = aMessage(1).body.length * 3;
    const { directory, path, sink } = await open(t, { bytesMax });

    for (let number = 1; number <= 6; number += 1) await write(sink, number, number);
    await sink.settled();

    const files = rotated(directory);
    assert.deepStrictEqual([...files.map(numbers), numbers(path)].flat(), [1, 2, 3, 4, 5, 6]);
    assert.equal(files.length, 2);
    assert.ok(files.every((file) => /events-\d{8}T\d{6}\.\d{3}Z\.json\.gz$/.test(file)));
    assert.ok(files.every((file) => (statSync(file).mode & 0o777) === 0o600));
  });

  it('rotates a file that is old, and leaves one that is not', async (t) => {
    const { directory, clock, sink } = await open(t);
    await write(sink, 1, 1);
    clock.advance(3_500_000);
    await write(sink, 2, 2);
    const before = rotated(directory).length;

    clock.advance(200_000);
    await write(sink, 3, 3);
    await sink.settled();

    assert.deepStrictEqual([before, rotated(directory).map(numbers)], [0, [[1, 2]]]);
  });

  it('keeps as many files as it was told, and files of others', async (t) => {
    const directory = mkdtempSync(join(ROOT, 'keep-'));
    const others = ['events-old.json', 'events-20260101T000000.000Z.json.bak', 'other.json'];
    for (const name of others) writeFileSync(join(directory, name), 'x');
    const { sink } = await open(t, { bytesMax: 1, keep: 2 }, directory);

    for (let number = 1; number <= 6; number += 1) await write(sink, number, number);
    await sink.settled();

    const files = rotated(directory).filter((path) => path.endsWith('.gz'));
    assert.deepStrictEqual(files.map(numbers), [[4], [5]]);
    assert.equal(rotated(directory).length, 2 + others.length);
  });

  it('removes the oldest files first, also when the clock was set back', async (t) => {
    const { directory, clock, sink } = await open(t, { bytesMax: 1, keep: 2, compress: false });
    await write(sink, 1, 1);
    await write(sink, 2, 2);

    clock.advance(-86_400_000);
    for (let number = 3; number <= 5; number += 1) await write(sink, number, number);
    await sink.settled();

    assert.deepStrictEqual(rotated(directory).map(numbers), [[3], [4]]);
  });

  it('compresses nothing when it is told so', async (t) => {
    const { directory, sink } = await open(t, { bytesMax: 1, compress: false });

    await write(sink, 1, 1);
    await write(sink, 2, 2);
    await sink.settled();

    assert.deepStrictEqual(rotated(directory).map(numbers), [[1]]);
    assert.ok(rotated(directory)[0]?.endsWith('Z.json'));
  });

  it('finishes what an agent before it left uncompressed, and drops its half', async (t) => {
    const directory = mkdtempSync(join(ROOT, 'left-'));
    const left = join(directory, 'events-20260101T000000.000Z.json');
    writeFileSync(left, '{"number":1}\n');
    writeFileSync(`${left}.gz.partial`, 'half');

    const { sink } = await open(t, {}, directory);
    await sink.settled();

    assert.deepStrictEqual(rotated(directory), [`${left}.gz`]);
    assert.deepStrictEqual(numbers(`${left}.gz`), [1]);
  });

  it('makes a new file when the old one was moved or removed', async (t) => {
    const { directory, path, sink } = await open(t);
    await write(sink, 1, 1);
    renameSync(path, join(directory, 'moved'));

    await write(sink, 2, 2);
    const second = numbers(path);
    rmSync(path);
    await write(sink, 3, 3);

    assert.deepStrictEqual([second, numbers(path)], [[2], [3]]);
    assert.deepStrictEqual(numbers(join(directory, 'moved')), [1]);
  });

  it('does not write through a link', async (t) => {
    const directory = mkdtempSync(join(ROOT, 'link-'));
    const target = join(directory, 'target');
    writeFileSync(target, 'precious');
    symlinkSync(target, join(directory, 'events.json'));

    await assert.rejects(open(t, {}, directory), { code: 'SINK_FILE_FAILED' });
    assert.equal(readFileSync(target, 'utf8'), 'precious');
  });

  it('has nothing of a batch in the file when the disk is full, and all of it later', async (t) => {
    const disk = smallDisk(t);
    if (disk === undefined) return;
    const { path, sink } = await open(t, {}, disk);
    await write(sink, 1, 1);
    fill(disk);
    const large = dispatches(2, 200, { body: JSON.stringify({ number: 2, x: 'x'.repeat(500) }) });

    const whileFull = await sink.deliver(large);
    const kept = numbers(path);
    rmSync(join(disk, 'ballast'));
    const after = await sink.deliver(large);

    assert.deepStrictEqual([whileFull[0]?.kind, kept, after[0]?.kind], ['retry', [1], 'delivered']);
    assert.equal(numbers(path).length, 200);
  });

  it('takes nothing after it was closed', async (t) => {
    const { path, sink } = await open(t);
    await sink.close();

    assert.deepStrictEqual(await write(sink, 1, 1), ['retry']);
    appendFileSync(path, '');
    assert.deepStrictEqual(numbers(path), []);
  });
});
