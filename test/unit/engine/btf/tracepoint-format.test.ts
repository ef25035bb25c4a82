/** Format files of events, as tracefs prints them. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { parseFormat, TracepointFormats } from '../../../../src/engine/btf/tracepoint-format.ts';

const FORMAT = `name: sched_process_exec
ID: 365
format:
\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;
\tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;

\tfield:__data_loc char[] filename;\toffset:8;\tsize:4;\tsigned:0;
\tfield:char comm[16];\toffset:12;\tsize:16;\tsigned:0;
\tfield:const char * name;\toffset:32;\tsize:8;\tsigned:0;
\tfield:unsigned long args[6];\toffset:40;\tsize:48;\tsigned:0;

print fmt: "field:%s;", __get_str(filename)
`;

describe('parseFormat', () => {
  it('reads declarations and places in order', () => {
    const fields = parseFormat(FORMAT).map(({ name, type, offset, size, isSigned }) =>
      [type, name, offset, size, isSigned].join(' '),
    );

    assert.deepStrictEqual(fields, [
      'unsigned short common_type 0 2 false',
      'int common_pid 4 4 true',
      '__data_loc char[] filename 8 4 false',
      'char[16] comm 12 16 false',
      'const char * name 32 8 false',
      'unsigned long[6] args 40 48 false',
    ]);
  });

  it('finds nothing in other text', () => {
    assert.deepStrictEqual(parseFormat('field: something else\n\n'), []);
  });
});

describe('TracepointFormats', () => {
  function aTree(t: TestContext): string {
    const root = mkdtempSync(join(tmpdir(), 'events-'));
    t.after(() => rmSync(root, { recursive: true }));
    mkdirSync(join(root, 'sched/sched_process_exec'), { recursive: true });
    writeFileSync(join(root, 'sched/enable'), '0');
    writeFileSync(join(root, 'sched/sched_process_exec/format'), FORMAT);
    return root;
  }

  it('tells an event that is not there from one that cannot be looked up', (t) => {
    const formats = new TracepointFormats(['/nonexistent', aTree(t)]);
    const unmounted = new TracepointFormats(['/nonexistent']);

    assert.equal(formats.fields('sched', 'sched_process_exec')?.length, 6);
    assert.equal(formats.fields('sched', 'sched_nothing'), undefined);
    assert.deepStrictEqual(formats.names('sched'), ['sched_process_exec']);
    assert.deepStrictEqual(formats.names('nothing'), []);
    assert.equal(unmounted.names('sched'), undefined);
    assert.equal(unmounted.isAvailable, false);
  });
});
