/** Who controls a pod: the end of the chain of owners, as far as names tell. */
import type { Owner } from '../../model/pod.ts';
import { fieldsOf, listOf, textOf } from '../api/fields.ts';

const HASH_LABEL = 'pod-template-hash';

/** A CronJob appends the minute it is due to the names of its jobs. */
const MINUTE = /^\d{8,}$/;

/** Both are of the metadata of the pod. Undefined for pods that nothing controls. */
export function readOwner(
  ownerReferences: unknown,
  labels: Readonly<Record<string, string>>,
): Owner | undefined {
  const controller = listOf(ownerReferences)
    .map(fieldsOf)
    .find((reference) => reference['controller'] === true);
  if (controller === undefined) return undefined;
  const owner = { kind: textOf(controller['kind']), name: textOf(controller['name']) };
  if (owner.kind === '' || owner.name === '') return undefined;
  if (owner.kind === 'ReplicaSet') return deploymentOf(owner, labels[HASH_LABEL]);
  if (owner.kind === 'Job') return cronJobOf(owner);
  return owner;
}

/** A ReplicaSet that somebody made by hand has no such label, or another name. */
function deploymentOf(replicaSet: Owner, hash: string | undefined): Owner {
  const suffix = `-${hash ?? ''}`;
  const { name } = replicaSet;
  if (!hash || !name.endsWith(suffix) || name === suffix) return replicaSet;
  return { kind: 'Deployment', name: name.slice(0, -suffix.length) };
}

function cronJobOf(job: Owner): Owner {
  const end = job.name.lastIndexOf('-');
  if (end <= 0 || !MINUTE.test(job.name.slice(end + 1))) return job;
  return { kind: 'CronJob', name: job.name.slice(0, end) };
}
