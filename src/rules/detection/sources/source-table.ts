/**
 * Where events of each class come from: hooks on objects of the kernel. They are policies like
 * those of users, under names that users cannot give, and share their programs.
 */
import type { EventClass } from '../../../model/event-class.ts';
import { EXEC_SOURCE } from './exec-source.ts';
import { FILE_SOURCES } from './file-sources.ts';
import { KERNEL_SOURCES } from './kernel-sources.ts';
import { NETWORK_SOURCES } from './network-sources.ts';
import { SOURCE_PREFIX } from './of-source.ts';
import { PROCESS_SOURCES } from './process-sources.ts';
import type { Source, SourceHook } from './source.ts';

/** All of them; names are watched on the wire, which is no hook that policies could have. */
export const SOURCES: readonly Source[] = [
  ...PROCESS_SOURCES,
  ...FILE_SOURCES,
  ...NETWORK_SOURCES,
  ...KERNEL_SOURCES,
];

/** Those, and what there is only so that the kernel can act. */
export const ALL_SOURCES: readonly Source[] = [EXEC_SOURCE, ...SOURCES];

/** Classes that come without any source: from the base sensor, name servers and users' policies. */
export const CLASSES_WITHOUT_SOURCE: readonly EventClass[] = [
  ...(['process.exec', 'process.exit', 'dns.query', 'dns.answer', 'policy.match'] as const),
];

/** A hook of a source, and the class of its events. */
export interface FoundHook {
  readonly class: EventClass;
  readonly hook: SourceHook;
}

const HOOKS: ReadonlyMap<string, FoundHook> = new Map(
  ALL_SOURCES.flatMap((source) =>
    source.ways.flatMap(({ hooks }) =>
      hooks.map((hook) => [
        `${SOURCE_PREFIX}${source.name} ${hook.call}`,
        { class: source.class, hook },
      ]),
    ),
  ),
);

/** By the name of the policy and the call; undefined for those of another version. */
export function findHook(policyName: string, call: string): FoundHook | undefined {
  return HOOKS.get(`${policyName} ${call}`);
}
