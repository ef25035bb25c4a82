/** Writes the reference of output formats from the tables that the encoders follow. */
import { CEF_SEVERITIES } from '../../src/exporters/formats/cef/encode-cef.ts';
import { CEF_FIELDS, CEF_LENGTHS, CEF_UNKNOWN } from '../../src/exporters/formats/cef/fields.ts';
import { ATTRIBUTES } from '../../src/exporters/formats/cloudevents/attributes.ts';
import { ECS_DEEDS, ECS_KINDS } from '../../src/exporters/formats/ecs/categories.ts';
import { ECS_FIELDS, ECS_UNKNOWN, ECS_VERSION } from '../../src/exporters/formats/ecs/fields.ts';
import { FORMATS } from '../../src/exporters/formats/formats.ts';
import { listActivities } from '../../src/exporters/formats/ocsf/activities.ts';
import { OCSF_CLASSES, type OcsfClass } from '../../src/exporters/formats/ocsf/classes.ts';
import { OBSERVABLES } from '../../src/exporters/formats/ocsf/observables.ts';
import { OCSF_VERSION } from '../../src/exporters/formats/ocsf/shared-rows.ts';
import { DEEDS, type Deed } from '../../src/exporters/formats/reading/deeds.ts';
import { SOURCES } from '../../src/exporters/formats/reading/sources.ts';
import { listObjects, writeFields } from './field-tables.ts';
import { CEF_TEXT, CLOUDEVENTS_TEXT, ECS_TEXT, HEAD, OCSF_TEXT } from './formats-text.ts';
import { writeTable } from './markdown.ts';

const CLASSES: readonly OcsfClass[] = Object.values(OCSF_CLASSES);

/** The whole page. */
export function writeFormatsPage(): string {
  return [
    HEAD,
    writeTable(
      ['Format', 'Content type'],
      Object.values(FORMATS).map(({ name, contentType }) => [`\`${name}\``, `\`${contentType}\``]),
    ),
    '## What is read\n',
    'The tables below say where a field is from by these names.\n',
    writeTable(
      ['Name', 'Type', 'From'],
      Object.entries(SOURCES).map(([name, [type, says]]) => [`\`${name}\``, type, says]),
    ),
    `## OCSF ${OCSF_VERSION}\n`,
    OCSF_TEXT,
    ...writeOcsf(),
    `## ECS ${ECS_VERSION}\n`,
    ECS_TEXT,
    ...writeEcs(),
    '## CEF\n',
    CEF_TEXT,
    ...writeCef(),
    '## CloudEvents 1.0.2\n',
    CLOUDEVENTS_TEXT,
    writeTable(
      ['Attribute', 'From'],
      Object.entries(ATTRIBUTES).map(([name, { says }]) => [`\`${name}\``, says]),
    ),
  ].join('\n');
}

function writeOcsf(): readonly string[] {
  const shared = new Set(CLASSES.flatMap((one) => one.shared));
  const objects = listObjects(CLASSES.flatMap(({ rows }) => rows));
  return [
    writeTable(['What was done', 'Class', 'Activity'], listActivities().map(writeActivity)),
    ...[...shared].flatMap(({ name, rows }) => [`### ${name}\n`, writeFields(rows)]),
    ...CLASSES.flatMap(writeClass),
    ...objects.flatMap(({ name, rows }) => [`### Object: ${name}\n`, writeFields(rows)]),
    '### Observables\n',
    'Attributes of a record, and of its evidences, that are listed under `observables`.\n',
    writeTable(
      ['Attribute', 'Type'],
      OBSERVABLES.map(({ target, id, type }) => [`\`${target}\``, `${id} ${type}`]),
    ),
  ];
}

function writeActivity([deed, { class: name, id, name: caption }]: ReturnType<
  typeof listActivities
>[number]): readonly string[] {
  const { uid, name: className } = OCSF_CLASSES[name];
  return [`\`${deed}\``, `${uid} ${className}`, `${id} ${caption}`];
}

function writeClass({ uid, name, about, needs, shared, rows }: OcsfClass): readonly string[] {
  const lists = needs.map((names) => names.map((source) => `\`${source}\``).join(' or '));
  const parts = shared.map((part) => part.name).join('; ');
  return [
    `### ${uid} ${name}: ${about}\n`,
    ...(lists.length === 0 ? [] : [`Needs ${lists.join('; ')}.\n`]),
    `Beside: ${parts}.\n`,
    writeFields(rows),
  ];
}

function writeEcs(): readonly string[] {
  const deeds = Object.keys(DEEDS) as readonly Deed[];
  return [
    writeTable(
      ['What was done', '`event.kind`', '`event.category`', '`event.type`'],
      deeds.map((deed) => {
        const { category, type } = ECS_DEEDS[deed];
        return [`\`${deed}\``, ECS_KINDS[deed] ?? 'event', category.join(', '), type.join(', ')];
      }),
    ),
    ...Object.entries(ECS_FIELDS).flatMap(([name, rows]) => [
      `### Fields: ${name}\n`,
      writeFields(rows),
    ]),
    '### Fields: of bodies that are not known\n',
    writeFields(ECS_UNKNOWN),
  ];
}

function writeCef(): readonly string[] {
  return [
    writeTable(
      ['Severity', 'CEF'],
      Object.entries(CEF_SEVERITIES).map(([name, value]) => [`\`${name}\``, String(value)]),
    ),
    writeFields(CEF_FIELDS),
    '### Keys of bodies that are not known\n',
    writeFields(CEF_UNKNOWN),
    '### Lengths\n',
    'In characters; what is longer is cut.\n',
    writeTable(
      ['Key', 'At most'],
      Object.entries(CEF_LENGTHS).map(([key, length]) => [`\`${key}\``, String(length)]),
    ),
  ];
}
