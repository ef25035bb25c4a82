/** The refusal of a policy that was to be new. */
import { ServerError } from './errors.ts';

/** The words `already exists` are what clients look for. */
export function policyExists(name: string): ServerError {
  const message = `a policy of the name ${JSON.stringify(name)} already exists`;
  return new ServerError('SERVER_POLICY_EXISTS', message);
}
