/** Operators, accounts and users of NATS as signed JWTs, for servers that know nobody else. */
import { createHash } from 'node:crypto';
import { nkeys } from 'nats';

type Key = ReturnType<typeof nkeys.createUser>;

export interface JwtIssuer {
  /** Lines for the configuration of a server. */
  readonly settings: string;
  /** What `nsc` would write for a user with these permissions. */
  credentials(permissions: Readonly<Record<string, unknown>>): string;
}

export function createIssuer(): JwtIssuer {
  const operator = nkeys.createOperator();
  const account = nkeys.createAccount();
  const system = nkeys.createAccount();
  const limits = { subs: -1, data: -1, payload: -1, imports: -1, exports: -1, wildcards: true };
  const storage = { mem_storage: -1, disk_storage: -1, streams: -1, consumer: -1 };
  const operatorJwt = encode(operator, operator.getPublicKey(), { type: 'operator' });
  const accountJwt = (key: Key, more: Readonly<Record<string, number>>): string =>
    encode(operator, key.getPublicKey(), {
      ...{ type: 'account', limits: { ...limits, conn: -1, leaf: -1, ...more } },
      default_permissions: { pub: {}, sub: {} },
    });
  const accounts = [
    `${account.getPublicKey()}: ${accountJwt(account, storage)}`,
    `${system.getPublicKey()}: ${accountJwt(system, {})}`,
  ];
  return {
    settings: [
      `operator: ${operatorJwt}`,
      'resolver: MEMORY',
      `system_account: ${system.getPublicKey()}`,
      `resolver_preload: { ${accounts.join('\n')} }`,
    ].join('\n'),
    credentials: (permissions) => {
      const user = nkeys.createUser();
      const jwt = encode(account, user.getPublicKey(), {
        ...{ type: 'user', subs: -1, data: -1, payload: -1 },
        ...permissions,
      });
      const seed = new TextDecoder().decode(user.getSeed());
      return `${block('NATS USER JWT', jwt)}\n${block('USER NKEY SEED', seed)}`;
    },
  };
}

function block(what: string, text: string): string {
  return `-----BEGIN ${what}-----\n${text}\n------END ${what}------\n`;
}

function encode(issuer: Key, subject: string, nats: Readonly<Record<string, unknown>>): string {
  const claims = {
    jti: createHash('sha256').update(subject).digest('hex'),
    iat: Math.floor(Date.now() / 1000),
    iss: issuer.getPublicKey(),
    name: 'test',
    sub: subject,
    nats: { version: 2, ...nats },
  };
  const parts = [{ typ: 'JWT', alg: 'ed25519-nkey' }, claims].map((part) =>
    Buffer.from(JSON.stringify(part)).toString('base64url'),
  );
  const content = parts.join('.');
  const signature = Buffer.from(issuer.sign(Buffer.from(content))).toString('base64url');
  return `${content}.${signature}`;
}
