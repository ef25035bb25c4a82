/**
 * The matrix of what policies can do: every section with every action, before and after what the
 * hook is about. Actions come from the schema, so that a new one is an empty cell until a recipe
 * is there for it.
 */
import { compilePolicies, policySchema } from '../../../src/rules/policy/index.ts';
import { ACTION_PLACES, type ActionPlace } from './action-places.ts';
import { ACTION_RECIPES, type ActionRecipe } from './action-recipes.ts';
import { readChoices } from './refusals.ts';

/**
 * At the entry; at the entry of a hook whose report waits for the return; and at the return
 * (`matchReturnActions`).
 */
export const MOMENTS = ['entry', 'held', 'return'] as const;

export type Moment = (typeof MOMENTS)[number];

/** One action at one hook. */
export interface ActionCell {
  readonly place: ActionPlace;
  readonly moment: Moment;
  /** The action, and the option of it. */
  readonly column: string;
  readonly state: ActionCellState;
}

export type ActionCellState =
  | { readonly kind: 'proven'; readonly recipe: ActionRecipe }
  /** Passes the check, and is a load error: nothing in the kernel does it. */
  | { readonly kind: 'unenforceable'; readonly recipe: ActionRecipe; readonly reason: string }
  /** The checker refuses it, or warns that it does nothing. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** Somebody has to write a recipe. */
  | { readonly kind: 'missing' };

/** What a policy is made of, beside the cell. */
interface ActionPolicy {
  readonly name: string;
  readonly program: string;
  readonly text: string;
  readonly number: number;
}

/** Codes that say that something does not go together with the hook. */
const REFUSALS: readonly string[] = [
  ...['POLICY_OVERRIDE_UNSUPPORTED', 'POLICY_RETURN_INVALID', 'POLICY_REQUEST_UNSUPPORTED'],
  ...['POLICY_FIELD_UNKNOWN', 'POLICY_FEATURE_UNSUPPORTED'],
  'POLICY_ACTION_PARAMETER',
];

/** Fields of an action that the checker knows and supports. */
export function actionFields(): readonly string[] {
  return Object.entries(actionProperties())
    .filter(([, field]) => !JSON.stringify(field).includes('Not supported by this version'))
    .map(([name]) => name);
}

/** What is said of an action with true, but for what is said of Post. */
const FLAG_OWNERS: Readonly<Record<string, string>> = { killTree: 'Sigkill' };

/** Actions that the checker knows; those of Post also with each scope, and each thing to add. */
export function actionColumns(): readonly string[] {
  const isFlag = (name: string): boolean =>
    JSON.stringify(actionProperties()[name]).includes('"type":"boolean"');
  return [
    ...readChoices('action', 'action'),
    ...readScopes().map((scope) => `Post rateLimitScope ${scope}`),
    ...actionFields()
      .filter(isFlag)
      .map((name) => `${FLAG_OWNERS[name] ?? 'Post'} ${name}`),
  ];
}

export function allActionCells(): readonly ActionCell[] {
  return ACTION_PLACES.flatMap((place) =>
    MOMENTS.flatMap((moment) =>
      columnsOf(place).flatMap((column) =>
        statesOf(place, moment, column).map((state) => ({ place, moment, column, state })),
      ),
    ),
  );
}

function columnsOf({ actions, except = [] }: ActionPlace): readonly string[] {
  return (actions ?? actionColumns()).filter((column) => !except.includes(column));
}

function statesOf(place: ActionPlace, moment: Moment, column: string): readonly ActionCellState[] {
  const recipes = ACTION_RECIPES[column] ?? [];
  if (recipes.length === 0) return [{ kind: 'missing' }];
  return recipes.map((recipe) => {
    const reason = whyRefused(place, moment, recipe);
    if (reason !== undefined) return { kind: 'refused', reason };
    if (place.unenforceable?.includes(recipe.action)) {
      const why = 'ENGINE_HOOK_UNENFORCEABLE: nothing in the kernels of the tests makes it fail';
      return { kind: 'unenforceable', recipe, reason: why };
    }
    return { kind: 'proven', recipe };
  });
}

/** Undefined when the checker lets the recipe through; throws when it is wrong otherwise. */
function whyRefused(place: ActionPlace, moment: Moment, recipe: ActionRecipe): string | undefined {
  const policy = { name: 'matrix', program: '/nothing', text: '/text', number: 1 };
  const text = actionPolicy({ place, moment, recipe }, policy);
  const { diagnostics } = compilePolicies(text, 'matrix.yaml');
  const found = diagnostics.find(({ code }) => REFUSALS.includes(code));
  const error = diagnostics.find(({ severity }) => severity === 'error');
  if (error !== undefined && found === undefined) throw new Error(`${error.message}: ${text}`);
  return found && `${found.code}: ${found.message}`;
}

interface Asked {
  readonly place: ActionPlace;
  readonly moment: Moment;
  readonly recipe: ActionRecipe;
}

/** A policy that asks for the action when the number comes. */
export function actionPolicy({ place, moment, recipe }: Asked, policy: ActionPolicy): string {
  const { action, parameters, spec = '', before = '' } = recipe;
  const guard = place.guard ? `, {${place.guard.argument}}` : '';
  const guardMatch = place.guard ? `{args: [1], ${place.guard.match}}, ` : '';
  const asked = `[{action: ${action}${parameters && `, ${parameters}`}}]`;
  const entry = `
  - ${place.hook}
    args: [{${place.argument}}${guard}]${RETURNS[moment]}
    selectors:
    - matchBinaries: [{operator: In, values: [PROGRAM]}]
      matchArgs: [${guardMatch}{args: [0], operator: Equal, values: [${policy.number}]}]
      ${moment === 'return' ? 'matchReturnActions' : 'matchActions'}: ${asked}`;
  const isJoined = place.section === 'kprobes';
  return `
apiVersion: cilium.io/v1alpha1
kind: TracingPolicy
metadata: {name: ${policy.name}}
spec:
  ${spec}
  ${isJoined || before === '' ? '' : `kprobes:${before}`}
  ${place.section}:${isJoined ? before : ''}${entry}`
    .replaceAll('PROGRAM', policy.program)
    .replaceAll('TEXT', policy.text);
}

const HELD = '\n    return: true\n    returnArg: {index: 0, type: int}';
const RETURNS: Readonly<Record<Moment, string>> = { entry: '', held: HELD, return: HELD };

/** What the schema says of the fields of an action. */
function actionProperties(): Readonly<Record<string, unknown>> {
  const found = ['$defs', 'action', 'properties'].reduce(memberOf, policySchema());
  if (typeof found !== 'object' || found === null) throw new Error('the schema has no actions');
  return Object.fromEntries(Object.entries(found));
}

function readScopes(): readonly string[] {
  const found = ['rateLimitScope', 'anyOf', '0', 'enum'].reduce(memberOf, actionProperties());
  if (!Array.isArray(found)) throw new Error('the schema has no scopes of rate limits');
  return found.map(String);
}

function memberOf(at: unknown, key: string): unknown {
  return typeof at === 'object' && at !== null ? Reflect.get(at, key) : undefined;
}
