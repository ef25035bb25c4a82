/** Types of values of the configuration, as pages and schemas say them. */
import type { KeyType } from './key-types.ts';

/** In a few words, for the reference. */
export function describeType(type: KeyType): string {
  switch (type.kind) {
    case 'text':
      return type.choices === undefined
        ? 'text'
        : type.choices.map((one) => `\`${one}\``).join(', ');
    case 'flag':
      return '`true`, `false`';
    case 'rate':
      return 'number, or `none`';
    case 'duration':
      return 'time, as `30s` or `4h`';
    case 'bytes':
      return 'size, as `256MiB`';
    case 'texts':
      return type.choices === undefined
        ? `list of ${type.arePaths === true ? 'paths' : 'texts'}`
        : `list of ${type.choices.map((one) => `\`${one}\``).join(', ')}`;
    case 'labels':
      return 'map of texts';
    case 'tree':
      return type.form;
    case 'path':
      return 'path';
  }
}

const DURATION_PATTERN = '^\\d{1,15}(ms|s|m|h|d)$';
const SIZE_PATTERN = '^\\d{1,15}(B|KiB|MiB|GiB|TiB)?$';

/** JSON Schema of the values. */
export function schemaOfType(type: KeyType): object {
  switch (type.kind) {
    case 'text':
    case 'path':
      return { type: 'string', ...('choices' in type ? { enum: type.choices } : {}) };
    case 'flag':
      return { type: 'boolean' };
    case 'rate':
      return { oneOf: [{ type: 'number', exclusiveMinimum: 0 }, { const: 'none' }] };
    case 'duration':
      return { type: 'string', pattern: DURATION_PATTERN };
    case 'bytes':
      return { oneOf: [{ type: 'integer' }, { type: 'string', pattern: SIZE_PATTERN }] };
    case 'texts':
      return {
        type: 'array',
        items: { type: 'string', ...(type.choices === undefined ? {} : { enum: type.choices }) },
      };
    case 'labels':
      return { type: 'object', additionalProperties: { type: 'string' } };
    case 'tree':
      return { type: type.form === 'list' ? 'array' : 'object', ...type.schema };
  }
}
