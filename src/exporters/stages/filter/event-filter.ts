/** Lists of filters that allow or deny events: the export lists of Tetragon. */
import type { ConfigPlace } from '../../../model/config-place.ts';
import { mapOf } from '../../json-members.ts';
import { type EventTest, FILTER_KEYS } from './filter-keys.ts';
import type { FilterSeams } from './filter-seams.ts';

const FILTERS_MAX = 256;

/**
 * True for events that one filter of the list takes; undefined for a list without filters. Keys of
 * a filter have to hold together. The list may also be a text with a filter in JSON on each line.
 */
export function compileFilterList(place: ConfigPlace, seams: FilterSeams): EventTest | undefined {
  const filters = listPlaces(place).map((one) => compileFilter(one, seams));
  if (filters.length > FILTERS_MAX) {
    place.report('CONFIG_VALUE_RANGE', `there are more than ${FILTERS_MAX} filters`);
  }
  if (filters.length === 0) return undefined;
  return (input) => filters.some((takes) => takes(input));
}

/** Places of the objects of a list, or of lines of JSON. */
export function listPlaces(place: ConfigPlace): readonly ConfigPlace[] {
  if (typeof place.value !== 'string') return place.items();
  return place.value.split('\n').flatMap((line, index) => {
    if (line.trim() === '') return [];
    try {
      return place.with(JSON.parse(line));
    } catch {
      place.report('CONFIG_VALUE_INVALID', `line ${index + 1} of the text is not JSON`);
      return [];
    }
  });
}

function compileFilter(place: ConfigPlace, seams: FilterSeams): EventTest {
  place.required().expectKeys(Object.keys(FILTER_KEYS));
  const tests: EventTest[] = [];
  for (const [key, read] of Object.entries(FILTER_KEYS)) {
    const at = place.at(key);
    const test = at.isAbsent ? undefined : read(at, seams);
    if (test !== undefined) tests.push(test);
  }
  if (!place.isAbsent && Object.keys(mapOf(place.value)).length === 0) {
    place.report('CONFIG_VALUE_INVALID', 'a filter without keys would take every event');
  }
  return (input) => tests.every((holds) => holds(input));
}
