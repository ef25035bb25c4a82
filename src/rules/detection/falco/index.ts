/** The front end of Falco's language. */
export { compileFalco } from './compile-falco.ts';
export { FALCO_ERRORS, type FalcoErrorCode } from './errors.ts';
