/** Many pods that start at once, each with a container whose first act is to be seen. */
import type { ApiServer } from './api-server/api-server.ts';
import type { Json } from './api-server/stored-object.ts';
import { keyOf, putObject } from './cluster-objects.ts';
import type { CgroupDriver, ContainerPlan, ContainerRuntime } from './oci-containers.ts';

/** Containers that are started at the same time. */
const AT_ONCE = 4;

export interface BurstPod {
  readonly number: number;
  readonly name: string;
  readonly uid: string;
  readonly containerId: string;
  /** Every other pod is of the app `web`. */
  readonly app: 'web' | 'api';
  readonly driver: CgroupDriver;
  /** What its first process opens. */
  readonly marker: string;
}

/** Pods by number; those of one driver and of the other, of one app and of the other. */
export function burstPods(count: number): readonly BurstPod[] {
  return Array.from({ length: count }, (_, number) => {
    const digits = number.toString(16).padStart(12, '0');
    return {
      number,
      name: `burst-${number}`,
      uid: `6f1c8b1a-9d2e-4c3b-8a7f-${digits}`,
      containerId: digits.padStart(64, 'c'),
      app: number % 2 === 0 ? 'web' : 'api',
      driver: number % 4 < 2 ? 'systemd' : 'cgroupfs',
      marker: `/marker-${number}`,
    };
  });
}

/** As the API server has it: without the id until the kubelet has said it. */
function podObject(pod: BurstPod, node: string, hasStarted: boolean): Json {
  const { name, uid, app, containerId } = pod;
  return {
    metadata: { name, namespace: 'shop', uid, labels: { app } },
    spec: { nodeName: node, containers: [{ name: 'main', image: 'registry.example/burst:1' }] },
    status: hasStarted
      ? { containerStatuses: [{ name: 'main', containerID: `containerd://${containerId}` }] }
      : {},
  };
}

export interface BurstOptions {
  readonly pods: readonly BurstPod[];
  readonly node: string;
  readonly server: ApiServer;
  readonly runtime: ContainerRuntime;
  /** Of every container. */
  readonly createRuntimeHook?: readonly string[];
}

/** Runs one container of every pod; each is reported to the API server when it is over. */
export async function runBurst(options: BurstOptions): Promise<void> {
  const { pods, node, server } = options;
  const put = (pod: BurstPod, hasStarted: boolean): void =>
    putObject(server, keyOf('pods', 'shop', pod.name), podObject(pod, node, hasStarted));
  for (const pod of pods) put(pod, false);
  for (const { marker } of pods) options.runtime.addFile(marker);
  const waiting = [...pods];
  const work = async (): Promise<void> => {
    for (let pod = waiting.shift(); pod !== undefined; pod = waiting.shift()) {
      await options.runtime.run(planOf(pod, options));
      put(pod, true);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}

function planOf(pod: BurstPod, { createRuntimeHook }: BurstOptions): ContainerPlan {
  return {
    id: pod.containerId,
    podUid: pod.uid,
    driver: pod.driver,
    command: ['cat', pod.marker],
    annotations: {
      'io.kubernetes.cri.container-type': 'container',
      'io.kubernetes.cri.container-name': 'main',
      'io.kubernetes.cri.image-name': 'registry.example/burst:1',
      'io.kubernetes.cri.sandbox-name': pod.name,
      'io.kubernetes.cri.sandbox-namespace': 'shop',
      'io.kubernetes.cri.sandbox-uid': pod.uid,
    },
    ...(createRuntimeHook && { createRuntimeHook }),
  };
}
