/**
 * What API servers demand of a structural schema, rule by rule, so that a definition that none
 * would take is found here.
 */

type Node = Readonly<Record<string, unknown>>;

const TYPES: readonly unknown[] = ['object', 'array', 'string', 'integer', 'number', 'boolean'];
const INT_OR_STRING = 'x-kubernetes-int-or-string';
const FREE = 'x-kubernetes-preserve-unknown-fields';

/** Keywords that narrow values, which may stand below `anyOf` and its kin as well. */
const VALUE_KEYWORDS: readonly string[] = [
  'enum',
  'format',
  'maxItems',
  'maxLength',
  'maxProperties',
  'maximum',
  'minItems',
  'minLength',
  'minProperties',
  'minimum',
  'multipleOf',
  'pattern',
  'required',
];

const JUNCTORS: readonly string[] = ['allOf', 'anyOf', 'oneOf'];

const KEYWORDS: readonly string[] = [
  ...VALUE_KEYWORDS,
  ...JUNCTORS,
  'not',
  'additionalProperties',
  'default',
  'description',
  'items',
  'nullable',
  'properties',
  'type',
  INT_OR_STRING,
  FREE,
  'x-kubernetes-list-type',
  'x-kubernetes-map-type',
  'x-kubernetes-validations',
];

/** What is wrong with the root of a schema, one sentence each with the place in front. */
export function checkStructural(root: unknown): readonly string[] {
  if (!isNode(root)) return ['$: not an object'];
  const problems = root['type'] === 'object' ? [] : ['$: the root is not an object'];
  const metadata = propertiesOf(root)['metadata'];
  const restricted = isNode(metadata)
    ? Object.keys(propertiesOf(metadata)).filter((name) => !/^(?:generateN|n)ame$/.test(name))
    : [];
  problems.push(...restricted.map((name) => `$.metadata.${name}: the server's own`));
  return [...problems, ...checkNode(root, '$')];
}

function checkNode(node: Node, at: string): readonly string[] {
  const unknown = Object.keys(node).filter((keyword) => !KEYWORDS.includes(keyword));
  return [
    ...unknown.map((keyword) => `${at}: the keyword ${keyword}`),
    ...checkType(node, at),
    ...checkValues(node, at),
    ...checkConditions(node, at),
    ...childrenOf(node).flatMap(([name, child]) =>
      isNode(child) ? checkNode(child, `${at}.${name}`) : [`${at}.${name}: not a schema`],
    ),
  ];
}

function checkType(node: Node, at: string): readonly string[] {
  const { type } = node;
  const isIntOrString = node[INT_OR_STRING] === true;
  const found = [
    [type === undefined && !isIntOrString && node[FREE] !== true, 'no type'],
    [type !== undefined && !TYPES.includes(type), `the type ${JSON.stringify(type)}`],
    [type !== undefined && isIntOrString, 'a type beside int-or-string'],
    [type === 'array' && !isNode(node['items']), 'an array without items'],
    ...checkKeywords(node),
  ] as const;
  return found.flatMap(([isWrong, problem]) => (isWrong ? [`${at}: ${problem}`] : []));
}

/** Keywords of another type. */
function checkKeywords(node: Node): readonly (readonly [boolean, string])[] {
  const has = (keyword: string): boolean => node[keyword] !== undefined;
  const isObject = node['type'] === 'object';
  return [
    [node['type'] !== 'array' && has('x-kubernetes-list-type'), 'no list'],
    [!isObject && (has('properties') || has('additionalProperties')), 'no object'],
    [!isObject && has('x-kubernetes-map-type'), 'no map'],
    [has('properties') && has('additionalProperties'), 'properties and additionalProperties'],
  ];
}

function checkValues(node: Node, at: string): readonly string[] {
  const problems: string[] = [];
  const words = node['enum'];
  if (words !== undefined) {
    if (!Array.isArray(words) || words.length === 0) problems.push('an empty enum');
    else if (new Set(words).size !== words.length) problems.push('a word twice in an enum');
    // Null is looked for among the words, whatever `nullable` says.
    if (node['nullable'] === true) problems.push('an enum that may be null');
  }
  const { pattern } = node;
  // RE2 knows neither of these.
  if (typeof pattern === 'string' && /\(\?[=!<]|\\[1-9]/.test(pattern)) {
    problems.push('a pattern that looks around or back');
  }
  for (const rule of listOf(node['x-kubernetes-validations'])) {
    if (!isNode(rule) || !rule['rule'] || !rule['message']) problems.push('a rule without words');
  }
  return problems.map((problem) => `${at}: ${problem}`);
}

/** Below a junctor only values are narrowed, and only of fields that are declared outside. */
function checkConditions(node: Node, at: string): readonly string[] {
  const conditions = JUNCTORS.flatMap((junctor) => listOf(node[junctor]));
  if (node['not'] !== undefined) conditions.push(node['not']);
  return conditions.flatMap((condition) => checkCondition(condition, node, `${at}?`));
}

function checkCondition(condition: unknown, outside: Node, at: string): readonly string[] {
  if (!isNode(condition)) return [`${at}: not a schema`];
  const inner = ['properties', 'items', 'not', ...JUNCTORS, ...VALUE_KEYWORDS];
  const wrong = Object.keys(condition).filter((keyword) => !inner.includes(keyword));
  const declared = propertiesOf(outside);
  return [
    ...wrong.map((keyword) => `${at}: ${keyword} below a condition`),
    ...Object.entries(propertiesOf(condition)).flatMap(([name, child]) => {
      const field = declared[name];
      if (!isNode(field)) return [`${at}.${name}: not declared outside`];
      return checkCondition(child, field, `${at}.${name}`);
    }),
    ...checkConditions(condition, at),
  ];
}

function childrenOf(node: Node): readonly (readonly [string, unknown])[] {
  const { items, additionalProperties } = node;
  return [
    ...Object.entries(propertiesOf(node)),
    ...(items === undefined ? [] : [['[]', items] as const]),
    ...(additionalProperties === undefined ? [] : [['{}', additionalProperties] as const]),
  ];
}

function propertiesOf(node: Node): Node {
  const { properties } = node;
  return isNode(properties) ? properties : {};
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? [...value] : [];
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
