/** Where the kernel acts on programs that are executed. */
import { MULTI_CALL_NAMES } from '../fields/process-texts.ts';
import type { Source } from './source.ts';
import { arg } from './source-ways.ts';

/** In a file of many programs the process goes by another name too: see process-texts.ts. */
const MULTI_CALL: readonly string[] = [...MULTI_CALL_NAMES].map((name) => `/${name}`);

const EXECUTABLE_PATH = 'executable';

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
            arg(2, 'linux_binprm', EXECUTABLE_PATH),
            arg(0, 'uint32', 'uid', 'real_cred.uid.val'),
            arg(0, 'uint32', 'euid', 'real_cred.euid.val'),
          ],
          pushes: [
            { field: 'process.cmdline', label: 'command_line', kind: 'text' },
            {
              ...{ field: 'process.exe.path', label: EXECUTABLE_PATH, kind: 'text' },
              aliased: MULTI_CALL,
            },
            {
              ...{ field: 'process.name', label: EXECUTABLE_PATH, kind: 'file_name' },
              aliased: MULTI_CALL,
            },
            { field: 'process.uid', label: 'uid', kind: 'number' },
            { field: 'process.euid', label: 'euid', kind: 'number' },
          ],
        },
      ],
    },
  ],
};
