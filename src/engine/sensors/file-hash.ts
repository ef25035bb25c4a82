/** Hashes of files, which integrity measurement makes: who asks, and which program gets them. */
import type { Hook } from '../../model/plan.ts';
import type { JoinedSelector } from './join-plans.ts';

/** Whether the events of the selector have a hash. */
export function hashesFile({ member, place }: JoinedSelector): boolean {
  const actions = member.plan.selectors[place]?.actions ?? [];
  return actions.some((action) => action.kind === 'Post' && action.hash === true);
}

/** Program that hashes behind the hook: it has to know what the first parameter is. */
export function hashProgramOf({ name }: Hook): string {
  return name.startsWith('bprm_') ? 'hash_program' : 'hash_file';
}
