/** The front end of Sigma: files of rules, correlations and filters to rules of the engine. */
export { compileSigma, type SigmaOptions } from './compile-sigma.ts';
export { SIGMA_ERRORS, type SigmaErrorCode } from './errors.ts';
