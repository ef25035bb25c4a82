/** Which API server, and as whom: a kubeconfig, or the service account of the pod. */
import { existsSync } from 'node:fs';
import { KubeConfig } from '@kubernetes/client-node';
import { KubernetesError } from './errors.ts';

/** Where a pod finds what proves who it is. */
const TOKEN = '/var/run/secrets/kubernetes.io/serviceaccount/token';

/**
 * Throws K8S_CONFIG_INVALID when the file cannot be used. Undefined: nothing was named, and this
 * is no pod. Tokens in files are read again by the client as they are rotated.
 */
export function loadKubeConfig(
  path: string | undefined,
  env: Readonly<Record<string, string | undefined>> = process.env,
): KubeConfig | undefined {
  const config = new KubeConfig();
  if (path === undefined) {
    if (!env['KUBERNETES_SERVICE_HOST'] || !existsSync(TOKEN)) return undefined;
    config.loadFromCluster();
    return config;
  }
  try {
    config.loadFromFile(path);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const message = `${path} is not a kubeconfig: ${reason}`;
    throw new KubernetesError('K8S_CONFIG_INVALID', message, { cause });
  }
  if (config.getCurrentCluster()?.server === undefined) {
    throw new KubernetesError('K8S_CONFIG_INVALID', `${path} names no cluster to use`);
  }
  return config;
}
