/** Cuts a pod of the API server down to the model's. */
import type { Pod } from '../../model/pod.ts';
import { fieldsOf, type ObjectIdentity, textOf, textsOf } from '../api/fields.ts';
import { readContainers } from './pod-containers.ts';
import { readOwner } from './pod-owner.ts';

const HASH_ANNOTATION = 'kubernetes.io/config.hash';
const MIRROR_ANNOTATION = 'kubernetes.io/config.mirror';

/**
 * What the kubelet names a pod of a file by. Uids of other pods look different, so nobody can take
 * over the cgroups of such a pod with an annotation.
 */
const FILE_HASH = /^[0-9a-f]{32}$/;

/** A copy of the whole pod, which kubectl leaves there. */
const COPY_ANNOTATION = 'kubectl.kubernetes.io/last-applied-configuration';

/** Longer ones are documents for some controller. */
const ANNOTATION_LENGTH_MAX = 1024;

/** Of all that are kept: a pod may have 256 KiB of them. */
const ANNOTATIONS_LENGTH_MAX = 16 * 1024;

/**
 * Annotations of more than 1024 characters are left out, and those beyond 16 KiB of them. Does not
 * throw.
 */
export function readPod(object: unknown, { uid, namespace, name }: ObjectIdentity): Pod {
  const fields = fieldsOf(object);
  const metadata = fieldsOf(fields['metadata']);
  const spec = fieldsOf(fields['spec']);
  const labels = textsOf(metadata['labels']);
  const annotations = textsOf(metadata['annotations']);
  const owner = readOwner(metadata['ownerReferences'], labels);
  return {
    uid,
    cgroupUid: readFileHash(annotations) ?? uid,
    namespace,
    name,
    labels,
    annotations: keepShort(annotations),
    serviceAccount: textOf(spec['serviceAccountName']),
    ...(owner === undefined ? {} : { owner }),
    hostNetwork: spec['hostNetwork'] === true,
    containers: readContainers(spec, fieldsOf(fields['status'])),
  };
}

/** Only what stands for a pod of a file at the API server has both annotations. */
function readFileHash(annotations: Readonly<Record<string, string>>): string | undefined {
  const hash = annotations[HASH_ANNOTATION];
  if (hash === undefined || annotations[MIRROR_ANNOTATION] !== hash) return undefined;
  return FILE_HASH.test(hash) ? hash : undefined;
}

function keepShort(
  annotations: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  let room = ANNOTATIONS_LENGTH_MAX;
  const kept = Object.entries(annotations).filter(([key, value]) => {
    if (key === COPY_ANNOTATION || value.length > ANNOTATION_LENGTH_MAX) return false;
    room -= key.length + value.length;
    return room >= 0;
  });
  return Object.fromEntries(kept);
}
