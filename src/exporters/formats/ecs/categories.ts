/** Which kind, category and type of ECS a deed is. */
import type { Deed } from '../reading/deeds.ts';
import type { Reading } from '../reading/read-message.ts';

/** Of `event`. */
export interface Categories {
  readonly kind: string;
  readonly category: readonly string[];
  readonly type: readonly string[];
}

function of(category: string, ...type: readonly string[]): Omit<Categories, 'kind'> {
  return { category: [category], type };
}

/** By deed; the types are those that ECS expects of the category. */
export const ECS_DEEDS: Readonly<Record<Deed, Omit<Categories, 'kind'>>> = {
  'process.exec': of('process', 'start'),
  'process.exit': of('process', 'end'),
  'process.credentials': of('process', 'change'),
  'process.ptrace': of('process', 'access'),
  'process.memory': of('process', 'change'),
  'process.signal': of('process', 'change'),
  'process.namespace': of('process', 'change'),
  'process.memfd': of('process', 'info'),
  'process.io_uring': of('process', 'info'),
  'process.mapping': of('process', 'change'),
  'file.open': of('file', 'access'),
  'file.read': of('file', 'access'),
  'file.write': of('file', 'change'),
  'file.create': of('file', 'creation'),
  'file.rename': of('file', 'change'),
  'file.unlink': of('file', 'deletion'),
  'file.link': of('file', 'creation'),
  'file.symlink': of('file', 'creation'),
  'file.mode': of('file', 'change'),
  'file.owner': of('file', 'change'),
  'file.mkdir': of('file', 'creation'),
  'file.rmdir': of('file', 'deletion'),
  'file.mount': of('host', 'change'),
  'file.other': of('file', 'info'),
  'network.socket': of('network', 'info'),
  'network.connect': of('network', 'connection', 'start'),
  'network.accept': of('network', 'connection', 'start'),
  'network.close': of('network', 'connection', 'end'),
  'network.bind': of('network', 'info'),
  'network.listen': of('network', 'info'),
  'network.send': of('network', 'connection'),
  'network.other': of('network', 'info'),
  'dns.query': of('network', 'protocol'),
  'dns.answer': of('network', 'protocol'),
  'kernel.module': of('driver', 'start'),
  'kernel.bpf': of('driver', 'info'),
  'policy.match': of('intrusion_detection', 'info'),
  hook: of('intrusion_detection', 'info'),
  enrichment: of('host', 'info'),
  finding: of('intrusion_detection', 'info'),
  alert: of('intrusion_detection', 'info'),
  response: of('process', 'change'),
  health: of('host', 'info'),
  policy_status: of('configuration', 'change'),
  generic: of('host', 'info'),
};

/** That of the deeds that are no events; else `event`. */
export const ECS_KINDS: Readonly<Partial<Record<Deed, string>>> = {
  enrichment: 'enrichment',
  finding: 'alert',
  alert: 'alert',
  health: 'state',
  policy_status: 'state',
};

const JUDGED = 'intrusion_detection';

/** A finding is of the categories of what was done as well; what was denied has that type. */
export function categoriesOf({ deed, cause, values }: Reading): Categories {
  const parts = [ECS_DEEDS[cause], ECS_DEEDS[deed]];
  const outcome = values['enforcement.outcome'];
  const isDenied = outcome === 'denied' || outcome === 'killed';
  const denied = isDenied ? [of(JUDGED, 'denied')] : [];
  const all = [...parts, ...denied];
  return {
    kind: ECS_KINDS[deed] ?? 'event',
    category: [...new Set(all.flatMap(({ category }) => category))],
    type: [...new Set(all.flatMap(({ type }) => type))],
  };
}

/** What is seen after it was done; of other hooks, only a denial is known. */
const DONE: ReadonlySet<Deed> = new Set(['process.exec', 'process.exit', 'process.mapping']);

/** Undefined when nobody knows. */
export function outcomeOf({ deed, values }: Reading): string | undefined {
  const outcome = values['enforcement.outcome'];
  if (outcome === 'denied' || outcome === 'killed') return 'failure';
  return outcome === undefined && DONE.has(deed) ? 'success' : undefined;
}
