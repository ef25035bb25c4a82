/** C names to TypeScript names. */

/** `record_header` to `RecordHeader`. */
export function pascalCase(name: string): string {
  return name
    .split('_')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
}

/** `start_ns` to `startNs`. */
export function camelCase(name: string): string {
  const text = pascalCase(name);
  return text.charAt(0).toLowerCase() + text.slice(1);
}
