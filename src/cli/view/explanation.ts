/** What a policy would be on this kernel, for people. */
import type {
  ExplainedArgument,
  ExplainedHook,
  ExplainedMethod,
  ExplainedSelector,
  PolicyExplanation,
} from '../../model/explanation.ts';
import { alignRows, type Paint, printable } from '../style.ts';
import { plural } from './diagnostics.ts';

const INDENT = '      ';

/** The policy, and for each of its hooks what would happen, in the order of a run. */
export function renderExplanation(policy: PolicyExplanation, paint: Paint): readonly string[] {
  const { name, file, mode, obstacle, hooks } = policy;
  const verdict =
    obstacle === '' ? [] : [`  ${paint('red', 'not in force')}: ${printable(obstacle)}`];
  return [
    `${paint('bold', printable(name))}  ${mode}  ${paint('dim', printable(file))}`,
    ...verdict,
    ...hooks.flatMap((hook) => renderHook(hook, paint)),
  ];
}

function renderHook(hook: ExplainedHook, paint: Paint): readonly string[] {
  const { methods, selectors, dimensions, obstacle, notes } = hook;
  const taken = methods.find(({ verdict }) => verdict === 'taken')?.method ?? '';
  const state =
    obstacle === ''
      ? paint('green', taken)
      : `${paint('red', 'load error')}: ${printable(obstacle)}`;
  return [
    `  ${paint('bold', printable(hook.hook))}  ${state}`.trimEnd(),
    ...section('attach', methods.map(methodRow)),
    ...section('reads', hook.arguments.map(argumentRow)),
    ...section(
      'matches',
      dimensions.map(({ stage, subject, structure, rows, selectors: asked }) => [
        stage,
        subject,
        `${structure}, ${plural(rows, 'row')}`,
        `for ${asked.map((place) => `#${place}`).join(' ')}`,
      ]),
    ),
    ...section('selectors', selectors.map(selectorRow)),
    ...notes.map((note) => `    ${paint('yellow', 'note')}: ${printable(note)}`),
  ];
}

function section(title: string, rows: readonly (readonly string[])[]): readonly string[] {
  return rows.length === 0 ? [] : [`    ${title}`, ...alignRows(rows, INDENT)];
}

function methodRow({ method, verdict, reason }: ExplainedMethod): readonly string[] {
  const words = { taken: 'taken', next: 'tried if that fails', impossible: 'not here' } as const;
  return [method, reason === '' ? words[verdict] : `${words[verdict]}: ${printable(reason)}`];
}

function argumentRow(argument: ExplainedArgument): readonly string[] {
  const { index, type, resolve, bytes, isLate, isAtReturn } = argument;
  return [
    `argument ${index}`,
    printable(resolve === '' ? type : `${type} at ${resolve}`),
    isLate ? `up to ${bytes} bytes` : `${bytes} bytes`,
    isAtReturn ? 'at the return' : isLate ? 'if the rest lets the run pass' : 'first',
  ];
}

function selectorRow(selector: ExplainedSelector, place: number): readonly string[] {
  const { source, label, places, isUnconditional, actions } = selector;
  const remarks = [
    ...(label === '' ? [] : [printable(label)]),
    ...(isUnconditional ? ['always holds'] : []),
    ...(places === 1 ? [] : [`${places} alternatives`]),
  ];
  return [`#${place}`, source, actions.join(', '), remarks.join(', ')];
}
