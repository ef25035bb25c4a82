/** What filters are made of: expressions that other rooms compile, and how they say no. */
import { ServerError } from '../../errors.ts';
import type { EventView } from '../events/event-view.ts';
import type { Condition, VariableTypes } from './condition.ts';

export type EventTest = (event: EventView) => boolean;

/** A regular expression; finds in time that is linear in the text. */
export interface TextTest {
  matches(text: string): boolean;
}

/** Each gives what it made, or what is wrong with the text. */
export interface FilterTools {
  compileRegex(pattern: string): TextTest | string;
  compileCondition(text: string, variables: VariableTypes): Condition | string;
}

/** SERVER_FILTER_INVALID for one field of a filter. */
export function invalidFilter(field: string, problem: string): ServerError {
  return new ServerError('SERVER_FILTER_INVALID', `filter \`${field}\`: ${problem}`);
}
