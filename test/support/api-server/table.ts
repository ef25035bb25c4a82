/** Tables, which kubectl asks for to print what it gets. */
import type { ObjectStore } from './object-store.ts';
import type { ResourceKind } from './resources.ts';
import { type Json, type StoredObject, valueAt } from './stored-object.ts';

export interface TableContent {
  readonly items: readonly StoredObject[];
  readonly metadata: Json;
  /** The additionalPrinterColumns of the resource; its age, when there are none. */
  readonly columns: readonly Json[];
}

const NAME_COLUMN = { name: 'Name', type: 'string', format: 'name', priority: 0 };
const AGE_COLUMN: Json = { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' };
const UNITS: readonly (readonly [unit: string, seconds: number])[] = [
  ['d', 86_400],
  ['h', 3600],
  ['m', 60],
];

/** As the definition of the resource says, if somebody created it. */
export function columnsOf(store: ObjectStore, resource: ResourceKind): readonly Json[] {
  const versions = valueAt(store.definitionOf(resource), 'spec.versions');
  const version = Array.isArray(versions) ? versions[0] : undefined;
  const columns = valueAt(version, 'additionalPrinterColumns');
  return Array.isArray(columns) ? columns : [];
}

export function toTable(resource: ResourceKind, content: TableContent): Json {
  const { items, metadata } = content;
  const columns = content.columns.length === 0 ? [AGE_COLUMN] : content.columns;
  const definitions = columns.map(({ name, type, priority = 0 }) => ({
    name,
    // The server has turned dates into ages already.
    type: type === 'date' ? 'string' : type,
    format: '',
    description: `Of ${resource.kind}.`,
    priority,
  }));
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata,
    columnDefinitions: [{ ...NAME_COLUMN, description: 'Its name.' }, ...definitions],
    rows: items.map((item) => toRow(item, columns)),
  };
}

function toRow(item: StoredObject, columns: readonly Json[]): Json {
  const { metadata } = item;
  const cells = columns.map(({ type, jsonPath }) => {
    const value = valueAt(item, String(jsonPath));
    return type === 'date' ? ageSince(String(value)) : (value ?? '<none>');
  });
  const object = {
    kind: 'PartialObjectMetadata',
    apiVersion: 'meta.k8s.io/v1',
    metadata,
  };
  return { cells: [metadata.name, ...cells], object };
}

function ageSince(time: string): string {
  const seconds = Math.max(Math.round((Date.now() - Date.parse(time)) / 1000), 0);
  const unit = UNITS.find(([, length]) => seconds >= 2 * length);
  return unit === undefined ? `${seconds}s` : `${Math.floor(seconds / unit[1])}${unit[0]}`;
}
