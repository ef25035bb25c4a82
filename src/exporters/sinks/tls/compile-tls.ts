/** Reads certificates and keys from the files that a configuration names. */
import { createSecureContext } from 'node:tls';
import type { ConfigPlace, SecretSource } from '../../../model/config-place.ts';

/** PEM. */
export interface TlsFiles {
  /** Authorities that are trusted instead of the system's. */
  readonly ca?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
}

const KEYS: readonly string[] = ['ca', 'cert', 'key'];

/** Undefined when the place has no value; files that TLS could not use are problems. */
export function compileTls(place: ConfigPlace, source: SecretSource): TlsFiles | undefined {
  if (place.isAbsent || !place.expectKeys(KEYS)) return undefined;
  const [ca, cert, key] = KEYS.map((name) => place.at(name).fileText(source));
  if (place.at('cert').isAbsent !== place.at('key').isAbsent) {
    place.report('CONFIG_VALUE_INVALID', '"cert" and "key" go together');
  }
  checkPart(place.at('ca'), { ca });
  if (cert !== undefined && key !== undefined) checkPart(place.at('cert'), { cert, key });
  return { ca, cert, key };
}

function checkPart(place: ConfigPlace, files: TlsFiles): void {
  if (Object.values(files).includes(undefined)) return;
  try {
    createSecureContext(tlsOptions(files));
    const isPem = Object.values(files).every((text) => text.includes('-----BEGIN '));
    if (!isPem) place.report('CONFIG_VALUE_INVALID', 'the file is not PEM');
  } catch {
    // What the library says may quote the file.
    place.report('CONFIG_VALUE_INVALID', 'the files are no certificates and keys in PEM');
  }
}

/** Only what is given: the library takes undefined for a value in places. */
export function tlsOptions({ ca, cert, key }: TlsFiles): {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
} {
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
  };
}
