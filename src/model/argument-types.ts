/** How the types of arguments are compared. */
import type { ArgumentType, TextType } from './plan.ts';

const TEXT_TYPES: ReadonlySet<string> = new Set<TextType>([
  'string',
  'char_buf',
  'file',
  'path',
  'fd',
  'kiocb',
  'linux_binprm',
  'dentry',
  'net_device',
  'sockaddr_un',
  'module',
  'load_info',
]);

/** Whether reading it costs no walk of a path and no copy of a long text. */
export function isReadEarly(type: ArgumentType): boolean {
  // Its family is compared as a number.
  return !isTextType(type) || type === 'sockaddr_un';
}

export function isTextType(type: ArgumentType): type is TextType {
  return TEXT_TYPES.has(type);
}
