/** What hooks saw is what rules read. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { DetectionEvent } from '../../../../../src/model/detection-event.ts';
import type { Event } from '../../../../../src/model/event.ts';
import { CLASS_FACTS } from '../../../../../src/rules/detection/sources/class-facts.ts';
import { EventTranslator } from '../../../../../src/rules/detection/sources/event-translator.ts';
import { fromMount } from '../../../../../src/rules/detection/sources/translate-file.ts';
import {
  aHookEvent,
  anExecEvent,
  anExitEvent,
  aParent,
  aProcess,
} from '../../../../support/events.ts';
import { aSourceEvent, pathArgument, textArgument } from '../../../../support/source-events.ts';
import { FILE_CASES } from './file-cases.ts';
import { NETWORK_CASES } from './network-cases.ts';
import { PROCESS_CASES, TARGET } from './process-cases.ts';

const ALL_CASES = [...FILE_CASES, ...NETWORK_CASES, ...PROCESS_CASES];

const OWN_PID = 4242;

function aTranslator(): EventTranslator {
  return new EventTranslator({
    ownPid: OWN_PID,
    ancestorsOf: () => [aParent()],
    processOf: (pid) => (pid === 77 ? TARGET : undefined),
  });
}

function translated(...events: readonly Event[]): readonly DetectionEvent[] {
  return aTranslator().translate(events);
}

const ENTRY = { dir: pathArgument('/srv/www'), name: textArgument('x.php') };

describe('facts', () => {
  for (const { of, source, call, args, facts } of ALL_CASES) {
    it(`of ${of} are those of its hook`, () => {
      const [event] = translated(aSourceEvent(source, call, args));

      assert.deepStrictEqual(event?.facts, facts);
      const known: readonly string[] = event === undefined ? [] : CLASS_FACTS[event.class];
      assert.deepStrictEqual(
        Object.keys(facts ?? {}).filter((name) => !known.includes(name)),
        [],
      );
    });
  }

  it('of the base sensor are those of the process', () => {
    const events = translated(anExecEvent(), anExitEvent({ status: 3 }));

    assert.deepStrictEqual(
      events.map(({ class: name, facts }) => [name, facts]),
      [
        ['process.exec', {}],
        ['process.exit', { 'exit.code': 3, 'exit.signal': 0 }],
      ],
    );
  });

  it('of a policy of a user are those of its match', () => {
    const [event] = translated(aHookEvent({ message: 'no', tags: ['file'] }));

    assert.equal(event?.class, 'policy.match');
    assert.deepStrictEqual(event?.facts, {
      ...{ 'policy.name': 'file-monitoring', 'policy.function': 'security_file_permission' },
      ...{ 'policy.action': 'Post', 'policy.message': 'no', 'policy.tags': ['file'] },
      'policy.args': ['/etc/passwd', '2'],
    });
  });
});

describe('EventTranslator', () => {
  it('keeps what every event has', () => {
    const source = aSourceEvent('file_unlink', 'path_unlink', ENTRY);
    const [event] = translated(source);

    const { sequence, timeNs, tid, process } = source;
    assert.deepStrictEqual(
      [event?.sequence, event?.timeNs, event?.tid, event?.process, event?.ancestors],
      [sequence, timeNs, tid, process, [aParent()]],
    );
  });

  it('says the system call where only one comes by', () => {
    const [one, other] = translated(
      aSourceEvent('process_io_uring', 'io_sq_offload_create', {}),
      aSourceEvent('file_unlink', 'path_unlink', ENTRY),
    );
    assert.deepStrictEqual([one?.syscall, other?.syscall], ['io_uring_setup', undefined]);
  });

  it('leaves out what the agent does', () => {
    const own = aProcess({ tgid: OWN_PID });
    const event = aSourceEvent('file_unlink', 'path_unlink', ENTRY);
    assert.deepStrictEqual(translated({ ...event, process: own }), []);
    assert.equal(translated(event).length, 1);
  });

  it('leaves out hooks that are not in the table', () => {
    assert.deepStrictEqual(translated(aSourceEvent('file_unlink', 'path_rmdir', ENTRY)), []);
    assert.deepStrictEqual(translated(aSourceEvent('older', 'path_unlink', ENTRY)), []);
  });
});

describe('fromMount', () => {
  const CASES: readonly (readonly [string, string, string, string | undefined])[] = [
    // Within the file system, the directory as it is seen, the same within, what is seen.
    ['/a/file', '/a', '/a', '/a/file'],
    ['/file', '/', '/', '/file'],
    ['/file', '/mnt', '/', '/mnt/file'],
    ['/a/file', '/mnt/b', '/b', '/mnt/a/file'],
    ['/data/x/file', '/srv/y', '/data/x/y', '/srv/file'],
    ['/other/file', '/srv/y', '/data/x/y', undefined],
  ];
  for (const [within, directory, directoryWithin, expected] of CASES) {
    it(`sees ${within} from ${directory} (${directoryWithin}) as ${expected}`, () => {
      assert.equal(fromMount(within, directory, directoryWithin), expected);
    });
  }
});
