/** The selector that holds for everything. */

import type { ActionPlan, SelectorPlan } from '../../../model/plan.ts';

/** What a selector does that names no action. */
export const POST: readonly ActionPlan[] = [{ kind: 'Post' }];

/** Everything, for hooks that have no selectors. */
export const ALWAYS: SelectorPlan = {
  matchArgs: [],
  matchBinaries: [],
  matchParentBinaries: [],
  matchPids: [],
  matchNamespaces: [],
  matchCapabilities: [],
  matchNamespaceChanges: [],
  matchCapabilityChanges: [],
  actions: POST,
};
