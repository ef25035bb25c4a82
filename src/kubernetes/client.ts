/** Where the API server is and how the agent logs in, through the client library. */
import { readFileSync } from 'node:fs';
import type { RequestOptions } from 'node:https';
import { isIPv6 } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import { KubeConfig, loadYaml, type User } from '@kubernetes/client-node';
import { KubernetesError } from './errors.ts';

/** Where the address of the API server and the credentials come from. */
export type ClientSource =
  | { readonly kind: 'kubeconfig'; readonly path: string; readonly context?: string | undefined }
  /** The service account of the agent's pod. */
  | {
      readonly kind: 'in_cluster';
      /** Holds `token` and `ca.crt`. */
      readonly directory?: string | undefined;
      /** Names the server: KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT. */
      readonly environment?: Readonly<Record<string, string | undefined>> | undefined;
    };

/** The configuration that requests are made with, and how it is read again. */
export interface ClientConfig {
  /** The same object always: what was read again is put into it. */
  readonly config: KubeConfig;
  /** After a 401. What was read before stays when the files cannot be read now. */
  refresh(): void;
}

const SERVICE_ACCOUNT_DIRECTORY = '/var/run/secrets/kubernetes.io/serviceaccount';
/** The library does not export the type. */
type Authenticator = Parameters<KubeConfig['addAuthenticator']>[0];

const TOKEN_FILE_PROVIDER = 'warder-token-file';

/** Throws a KubernetesError with K8S_CONFIG_INVALID when the source names no usable server. */
export function loadClientConfig(source: ClientSource): ClientConfig {
  const config = newConfig();
  config.loadFromOptions(readConfig(source));
  return {
    config,
    refresh() {
      try {
        config.loadFromOptions(readConfig(source));
      } catch (error) {
        // Half of a file that is being written: the next refusal leads here again.
        if (!(error instanceof KubernetesError)) throw error;
      }
    },
  };
}

/** The library keeps a token for a minute; a rotated one must count with the next request. */
class TokenFileAuthenticator implements Authenticator {
  isAuthProvider(user: User): boolean {
    return user.authProvider?.name === TOKEN_FILE_PROVIDER;
  }

  async applyAuthentication(user: User, options: RequestOptions): Promise<void> {
    const path: unknown = user.authProvider?.config?.path;
    const token = readOrThrow(String(path)).trim();
    options.headers = { ...options.headers, Authorization: `Bearer ${token}` };
  }
}

function newConfig(): KubeConfig {
  const config = new KubeConfig();
  config.addAuthenticator(new TokenFileAuthenticator());
  return config;
}

function readConfig(source: ClientSource): KubeConfig {
  const config = newConfig();
  if (source.kind === 'in_cluster') loadServiceAccount(config, source);
  else loadFile(config, source.path, source.context);
  const cluster = config.getCurrentCluster();
  const server = cluster?.server;
  const place = source.kind === 'in_cluster' ? 'the environment' : source.path;
  if (typeof server !== 'string' || !URL.canParse(server)) {
    throw invalid(`${place} names no API server with an address`);
  }
  if (!server.startsWith('https://') && cluster?.skipTLSVerify !== true) {
    throw invalid(`${place} names ${server}, which is not https`);
  }
  return config;
}

/** Everything the library throws about a file is a mistake in the file. */
function loadFile(config: KubeConfig, path: string, context: string | undefined): void {
  try {
    config.loadFromFile(path);
    config.users = useTokenFiles(config.users, path);
  } catch (error) {
    throw invalid(`cannot read the kubeconfig ${path}: ${messageOf(error)}`, error);
  }
  if (context === undefined) return;
  if (config.getContextObject(context) === null) {
    throw invalid(`the kubeconfig ${path} has no context "${context}"`);
  }
  config.setCurrentContext(context);
}

/** The library does not know the field `tokenFile`, which goes before `token`. */
function useTokenFiles(users: readonly User[], path: string): User[] {
  const document = loadYaml<{ users?: readonly { name?: unknown; user?: unknown }[] }>(
    readFileSync(path, 'utf8'),
  );
  const files = new Map(
    (document.users ?? []).map(({ name, user }) => [name, Object(user).tokenFile]),
  );
  return users.map((user) => {
    const file: unknown = files.get(user.name);
    return typeof file === 'string' ? userOfTokenFile(user, resolve(dirname(path), file)) : user;
  });
}

function userOfTokenFile({ token, ...user }: User, path: string): User {
  return { ...user, authProvider: { name: TOKEN_FILE_PROVIDER, config: { path } } };
}

function loadServiceAccount(
  config: KubeConfig,
  source: Extract<ClientSource, { kind: 'in_cluster' }>,
): void {
  const directory = source.directory ?? SERVICE_ACCOUNT_DIRECTORY;
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } =
    source.environment ?? process.env;
  if (!host || !port) {
    throw invalid('KUBERNETES_SERVICE_HOST or KUBERNETES_SERVICE_PORT is not set: not in a pod');
  }
  const token = join(directory, 'token');
  readOrThrow(token);
  config.loadFromClusterAndUser(
    {
      name: 'in-cluster',
      caFile: join(directory, 'ca.crt'),
      server: `https://${isIPv6(host) ? `[${host}]` : host}:${port}`,
      skipTLSVerify: false,
    },
    userOfTokenFile({ name: 'agent' }, token),
  );
}

function readOrThrow(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw invalid(`cannot read ${path}: ${messageOf(error)}`, error);
  }
}

function invalid(message: string, cause?: unknown): KubernetesError {
  return new KubernetesError('K8S_CONFIG_INVALID', message, { cause });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
