/** How the sink and the reader of NATS reach a server. */
import type { ConnectionOptions } from 'nats';

/** Each is a text, not a path: who reads files is who was given them. */
export type NatsCredentials =
  | { readonly kind: 'none' }
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'password'; readonly user: string; readonly password: string }
  /** The seed of an NKey, `SU…`. */
  | { readonly kind: 'nkey'; readonly seed: string }
  /** What `nsc` writes: a JWT and its seed. */
  | { readonly kind: 'creds'; readonly text: string };

export interface NatsTls {
  /** PEM; the authorities of the system when absent. */
  readonly ca?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
}

export interface NatsServer {
  /** `host:port` or `nats://host:port`, several of one cluster. */
  readonly servers: readonly string[];
  readonly credentials: NatsCredentials;
  /** Required when given, also by the server. */
  readonly tls?: NatsTls | undefined;
  /** Shown by the server. */
  readonly name: string;
}

const RECONNECT_WAIT_MS = 250;
const CONNECT_TIMEOUT_MS = 5000;
const PING_INTERVAL_MS = 10_000;

/** For connect of the library, which is loaded only when it is used. */
export async function connectionOptions(server: NatsServer): Promise<ConnectionOptions> {
  const authenticator = await createAuthenticator(server.credentials);
  const { ca, cert, key } = server.tls ?? {};
  const tls = {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
  };
  return {
    servers: [...server.servers],
    name: server.name,
    timeout: CONNECT_TIMEOUT_MS,
    reconnect: true,
    maxReconnectAttempts: -1,
    reconnectTimeWait: RECONNECT_WAIT_MS,
    pingInterval: PING_INTERVAL_MS,
    ...(authenticator === undefined ? {} : { authenticator }),
    ...(server.tls === undefined ? {} : { tls }),
  };
}

async function createAuthenticator(
  credentials: NatsCredentials,
): Promise<ConnectionOptions['authenticator']> {
  const nats = await import('nats');
  const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
  switch (credentials.kind) {
    case 'none':
      return undefined;
    case 'token':
      return nats.tokenAuthenticator(credentials.token);
    case 'password':
      return nats.usernamePasswordAuthenticator(credentials.user, credentials.password);
    case 'nkey':
      return nats.nkeyAuthenticator(bytes(credentials.seed.trim()));
    case 'creds':
      return nats.credsAuthenticator(bytes(credentials.text));
  }
}
