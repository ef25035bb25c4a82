/** Which fields of events a client is given. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  EventType,
  FieldFilterAction,
} from '../../../../src/server/grpc/generated/tetragon/events_pb.ts';
import { type EventsRequest, KPROBE, lineOf, readOf } from './event-stage.ts';

describe('Field filters', () => {
  const line = lineOf('process_kprobe', KPROBE);
  const cases: readonly (readonly [string, EventsRequest['fieldFilters'], object])[] = [
    [
      'include some fields',
      [{ fields: { paths: ['process.binary', 'policy_name'] } }],
      { process: { binary: '/bin/ls' }, policy_name: 'watch' },
    ],
    [
      'include what any of several includes',
      [{ fields: { paths: ['process.binary'] } }, { fields: { paths: ['process.pid'] } }],
      { process: { binary: '/bin/ls', pid: 7 } },
    ],
    [
      'include a whole message that is also named by a part of it',
      [{ fields: { paths: ['parent.pid', 'parent', 'parent.binary'] } }],
      { parent: KPROBE.parent },
    ],
    [
      'exclude fields, in lists as well',
      [
        {
          action: FieldFilterAction.EXCLUDE,
          fields: { paths: ['process', 'parent.pid', 'args.string_arg'] },
        },
      ],
      {
        ...{ function_name: 'security_file_open', policy_name: 'watch' },
        action: 'KPROBE_ACTION_POST',
        parent: { exec_id: 'cA==', tid: 1, binary: '/bin/sh' },
        args: [{}, { int_arg: 0 }],
      },
    ],
    [
      'exclude what they include, too',
      [
        { fields: { paths: ['process'] } },
        { action: FieldFilterAction.EXCLUDE, fields: { paths: ['process.arguments'] } },
      ],
      { process: { exec_id: 'aQ==', pid: 7, tid: 8, binary: '/bin/ls' } },
    ],
    [
      'are for some types',
      [{ eventSet: [EventType.PROCESS_EXEC], fields: { paths: ['process.pid'] } }],
      KPROBE,
    ],
    [
      'are for all but some types',
      [
        {
          eventSet: [EventType.PROCESS_EXEC],
          invertEventSet: true,
          fields: { paths: ['policy_name'] },
        },
      ],
      { policy_name: 'watch' },
    ],
  ];
  for (const [name, fieldFilters, body] of cases) {
    it(name, async () => {
      const request = fieldFilters === undefined ? {} : { fieldFilters };

      assert.deepStrictEqual(await readOf(request, [line], 1), [
        JSON.parse(lineOf('process_kprobe', { ...body })),
      ]);
    });
  }
});
