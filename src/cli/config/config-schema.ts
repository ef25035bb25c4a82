/** JSON Schema of the configuration file, for editors. */
import { schemaOfType } from './key-forms.ts';
import { CONFIG_KEYS, CONFIG_SECTIONS } from './keys.ts';

/** What editors complete and mark; `warder config check` finds these mistakes and all others. */
export function configSchema(): object {
  const sections = Object.entries(CONFIG_SECTIONS).map(([section, description]) => {
    const keys = CONFIG_KEYS.filter((key) => key.section === section);
    const properties = keys.map(({ name, type, summary, fallback }) => [
      name,
      {
        ...{ description: summary, ...schemaOfType(type) },
        ...(fallback === undefined ? {} : { default: defaultOf(type.kind, fallback) }),
      },
    ]);
    const shape = { properties: Object.fromEntries(properties), additionalProperties: false };
    return [section, { type: ['object', 'null'], description, ...shape }];
  });
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Configuration of Warder',
    type: 'object',
    properties: Object.fromEntries(sections),
    additionalProperties: false,
  };
}

function defaultOf(kind: string, fallback: string): unknown {
  if (kind === 'flag') return fallback === 'true';
  return kind === 'rate' ? Number(fallback) : fallback;
}
