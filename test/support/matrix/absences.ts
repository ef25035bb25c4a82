/** Types that the checker lets through where the kernel has no hook that passes one. */
import type { Section } from './sections.ts';

/** Held by test/kernel/matrix-absences.test.ts: the checker refuses the types hook by hook. */
export interface Absence {
  readonly section: Section;
  readonly types: readonly string[];
  readonly reason: string;
  /** Hooks that do pass one, and cannot be made to run in the guests. */
  readonly except: readonly string[];
}

export const ABSENCES: readonly Absence[] = [
  {
    ...{ section: 'lsmhooks', except: [] },
    types: ['char_iovec', 'filename', 'kiocb', 'load_info'],
    reason: 'no LSM hook has a parameter of the type',
  },
  {
    section: 'tracepoints',
    // Pointers to anything, as an address of a message is one.
    except: ['devres_log', 'iomap_iter'],
    types: [
      ...['char_iovec', 'filename', 'load_info', 'sockaddr', 'sockaddr_un'],
      ...['bpf_attr', 'bpf_map', 'perf_event'],
    ],
    reason: 'no tracepoint has a parameter or a field of the type',
  },
  {
    ...{
      section: 'tracepoints',
      types: ['kiocb', 'iov_iter'],
      except: ['iomap_dio_rw_begin', 'iomap_dio_complete'],
    },
    reason: 'no tracepoint has a parameter of the type but that of direct I/O since Linux 6.6',
  },
];

export function absenceOf(section: Section, type: string): Absence | undefined {
  return ABSENCES.find((one) => one.section === section && one.types.includes(type));
}
