/** The fields of an entry, by section. */

import type { Section } from '../spec.ts';
import { ARGUMENTS, TRACEPOINT_ARGUMENTS } from './arguments.ts';
import { DATA } from './data.ts';
import { DIGESTS_MAX } from './digests.ts';
import { BOOLEAN, listOf, TEXT } from './field-types.ts';
import { TYPES_FILE } from './program-member.ts';
import { RETURN_FIELDS } from './returns.ts';
import { SELECTORS } from './selectors.ts';
import type { FieldSpec, Shape } from './shape.ts';
import { RETURN_SOCKET_FIELDS } from './sockets.ts';
import { MESSAGE, TAGS } from './texts.ts';
import { PLACES_MAX } from './uprobe.ts';

/** The field `ignore` of a hook. */
export const IGNORE: Shape = {
  name: 'ignore',
  fields: {
    callNotFound: {
      type: BOOLEAN,
      description:
        'Put the rest of the policy in force when the kernel or the program lacks this function.',
    },
  },
  unsupported: [],
};

/** The field `ignore` of a hook in a program. */
export const PROGRAM_IGNORE: Shape = {
  name: 'ignore of a uprobes entry',
  fields: {
    ...IGNORE.fields,
    digestVerificationFailure: {
      type: BOOLEAN,
      description: 'Put the rest of the policy in force when the file has none of the digests.',
    },
  },
  unsupported: [],
};

/** What entries of every section have. */
const COMMON: Readonly<Record<'message' | 'selectors' | 'tags', FieldSpec>> = {
  message: MESSAGE,
  selectors: SELECTORS,
  tags: TAGS,
};

const FUNCTION: Omit<Shape, 'name'> = {
  fields: {
    call: {
      type: TEXT,
      description:
        'System call (`sys_openat`), a list of calls (`list:NAME`) or, with `syscall: false`, ' +
        'function of the kernel (`security_file_open`).',
      isRequired: true,
    },
    syscall: {
      type: BOOLEAN,
      description: 'Whether `call` is a system call, which is the default.',
    },
    args: ARGUMENTS,
    data: DATA,
    ...RETURN_FIELDS,
    ...RETURN_SOCKET_FIELDS,
    ...COMMON,
    ignore: {
      type: { kind: 'object', shape: IGNORE },
      description: 'What may be missing.',
    },
  },
  unsupported: [],
};

/** Fields of an entry, by section. */
export const HOOK_SHAPES: Readonly<Record<Section, Shape>> = {
  kprobes: { name: 'a kprobes entry', ...FUNCTION },
  fentries: { name: 'a fentries entry', ...FUNCTION },
  lsmhooks: {
    name: 'an lsmhooks entry',
    fields: {
      hook: {
        type: TEXT,
        description: 'Name of the hook, such as `file_open` or `bprm_check_security`.',
        isRequired: true,
      },
      args: ARGUMENTS,
      ...COMMON,
    },
    unsupported: [],
  },
  uprobes: {
    name: 'a uprobes entry',
    fields: {
      path: {
        type: TEXT,
        description: 'The program or library, where it is on this machine.',
        isRequired: true,
      },
      btfPath: TYPES_FILE,
      symbols: {
        type: listOf(TEXT, PLACES_MAX),
        description: 'Functions of the program, `name` or `name+0x10`; each is a hook.',
      },
      offsets: {
        type: listOf({ kind: 'integer', min: 0 }, PLACES_MAX),
        description: 'Places in bytes from the start of the file, instead of `symbols`.',
      },
      addrs: {
        type: listOf({ kind: 'integer', min: 0 }, PLACES_MAX),
        description: 'Addresses of the program as `nm` prints them, instead of `symbols`.',
      },
      refCtrOffsets: {
        type: listOf({ kind: 'integer', min: 0 }, PLACES_MAX),
        description: 'Offsets in the file of counters to raise while attached, one per place.',
      },
      binaryDigests: {
        type: listOf(TEXT, DIGESTS_MAX),
        description:
          'What the file must have one of: `sha1:`, `sha256:`, `sha384:` or `sha512:` of its ' +
          'content, or `build-id:`, with hexadecimal digits.',
      },
      args: ARGUMENTS,
      data: DATA,
      ...RETURN_FIELDS,
      ...COMMON,
      ignore: {
        type: { kind: 'object', shape: PROGRAM_IGNORE },
        description: 'What may be missing.',
      },
    },
    unsupported: [],
  },
  usdts: {
    name: 'a usdts entry',
    fields: {
      path: {
        type: TEXT,
        description: 'The program or library, where it is on this machine.',
        isRequired: true,
      },
      btfPath: TYPES_FILE,
      provider: {
        type: TEXT,
        description: 'First part of the name of the probe; `readelf -n` prints them.',
        isRequired: true,
      },
      name: {
        type: TEXT,
        description: 'Second part of the name of the probe.',
        isRequired: true,
      },
      args: ARGUMENTS,
      ...COMMON,
    },
    unsupported: [],
  },
  tracepoints: {
    name: 'a tracepoints entry',
    fields: {
      subsystem: {
        type: TEXT,
        description: 'Directory of the event below `/sys/kernel/tracing/events`, such as `sched`.',
        isRequired: true,
      },
      event: {
        type: TEXT,
        description: 'Name of the event, such as `sched_process_exec`.',
        isRequired: true,
      },
      raw: {
        type: BOOLEAN,
        description:
          "Whether `args` are parameters of the tracepoint's own function, and not the fields of " +
          'the record that it writes.',
      },
      args: TRACEPOINT_ARGUMENTS,
      ...COMMON,
    },
    unsupported: [],
  },
};
