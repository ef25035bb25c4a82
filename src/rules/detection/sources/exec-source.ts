/** Where the kernel acts on programs that are executed. */
import { MULTI_CALL_NAMES } from '../fields/process-texts.ts';
import type { Source } from './source.ts';
import { arg } from './source-ways.ts';

/** In a file of many programs the process goes by another name too: see process-texts.ts. */
const MULTI_CALL: readonly string[] = [...MULTI_CALL_NAMES].map((name) => `/${name}`);

const EXECUTABLE_PATH = 'executable';

/** What a process is called by: neither the interpreter of a script, nor what a link leads to. */
const GIVEN = { label: 'filename', fileOf: EXECUTABLE_PATH, aliased: MULTI_CALL } as const;

/** The base sensor tells of every exec, which is too late to act on it. */
export const EXEC_SOURCE: Source = {
  name: 'process_exec',
  class: 'process.exec',
  onlyActs: true,
  ways: [
    {
      kind: 'tracepoint',
      hooks: [
        {
          call: 'sched/sched_process_exec',
          arguments: [
            arg(0, 'command_line', 'command_line'),
            arg(2, 'string', GIVEN.label, 'filename'),
            arg(2, 'linux_binprm', EXECUTABLE_PATH),
            arg(0, 'uint32', 'uid', 'real_cred.uid.val'),
            arg(0, 'uint32', 'euid', 'real_cred.euid.val'),
          ],
          pushes: [
            { field: 'process.cmdline', label: 'command_line', kind: 'text', isCut: true },
            { field: 'process.exe.path', kind: 'text', ...GIVEN },
            { field: 'process.name', kind: 'file_name', ...GIVEN },
            { field: 'process.uid', label: 'uid', kind: 'number' },
            { field: 'process.euid', label: 'euid', kind: 'number' },
          ],
        },
      ],
    },
  ],
};
