/**
 * Preloaded by every Node process in a guest: finds the modules of this build without looking for
 * them. Node asks the file system a dozen questions about each module, the answers to which are
 * known here, and an emulated CPU spends a third of the start of an agent on them.
 */
import { readFileSync } from 'node:fs';
import nodeModule from 'node:module';
import { fileURLToPath } from 'node:url';

/** Where the compiler writes; in it every `.js` file is a module, and imports name whole files. */
const BUILD = new URL('../../', import.meta.url).href;

function isOurs(url: string | undefined): boolean {
  return url?.startsWith(BUILD) === true && url.endsWith('.js');
}

// Absent from Node 20, which may be the one that a test finds on the machine.
nodeModule.registerHooks?.({
  resolve(specifier, context, next) {
    const { parentURL } = context;
    if (!specifier.startsWith('.') || !isOurs(parentURL)) return next(specifier, context);
    const { href } = new URL(specifier, parentURL);
    if (!isOurs(href)) return next(specifier, context);
    return { url: href, format: 'module', shortCircuit: true };
  },
  load(url, context, next) {
    if (!isOurs(url)) return next(url, context);
    return { format: 'module', source: readFileSync(fileURLToPath(url)), shortCircuit: true };
  },
});
