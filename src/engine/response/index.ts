/** Responses: what is done to processes because of something that was seen. */
export { RESPONSE_ERRORS, ResponseError } from './errors.ts';
export { WayGiver } from './give-way.ts';
export { Responder, type ResponderOptions } from './responder.ts';
export { unloadResponses } from './response-pins.ts';
export type { SavedQuarantine } from './saved-quarantine.ts';
export { agentParents } from './surroundings.ts';
export { VerdictSensor } from './verdict-sensor.ts';
