/** Responses: what is done to processes because of something that was seen. */
export { RESPONSE_ERRORS, ResponseError } from './errors.ts';
export { Responder, type ResponderOptions } from './responder.ts';
export type { SavedQuarantine } from './saved-quarantine.ts';
export { VerdictSensor } from './verdict-sensor.ts';
