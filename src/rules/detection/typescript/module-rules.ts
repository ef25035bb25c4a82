/** What files of detectors may import: what detectors are written with, and files beside them. */
import { isBuiltin, registerHooks } from 'node:module';
import { CodedError } from '../../../model/errors.ts';

/** The name by which detectors import it. */
export const DETECTOR_MODULE = 'warder/detector';

/**
 * From now on, in this thread. It keeps detectors honest, and it is no prison: whoever wants to get
 * at the machine from inside of a process finds a way.
 */
export function restrictImports(): void {
  const url = new URL('./api/index.js', import.meta.url).href;
  registerHooks({
    resolve(specifier, context, next) {
      if (specifier === DETECTOR_MODULE) return { url, format: 'module', shortCircuit: true };
      const isFile = /^(\.{0,2}\/|file:)/.test(specifier);
      if (isFile && !isBuiltin(specifier)) return next(specifier, context);
      throw new CodedError('RULE_DETECTOR_IMPORT', `imports ${JSON.stringify(specifier)}`);
    },
  });
}
