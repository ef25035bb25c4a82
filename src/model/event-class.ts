/** Classes of events that detections are about: what was done, whatever hook saw it. */

const described = {
  'process.exec': 'a process executed a file',
  'process.exit': 'a process ended',
  'process.credentials': 'a process took other credentials',
  'process.ptrace': 'a process attached to another, or read its memory',
  'process.memory': 'a process opened the memory of another for writing, or wrote it',
  'process.signal': 'a process sent a signal to another',
  'process.namespace': 'a process entered or made namespaces',
  'process.memfd': 'a process made a file that lives in memory only',
  'process.io_uring': 'a process set up io_uring',
  'process.mapping': 'a process mapped a file as executable',
  'file.open': 'a file was opened',
  'file.create': 'a file was created',
  'file.rename': 'a file was renamed',
  'file.unlink': 'a file was removed',
  'file.link': 'a file was given a second name',
  'file.symlink': 'a symbolic link was made',
  'file.mode': 'the mode of a file was changed',
  'file.owner': 'the owner of a file was changed',
  'file.mkdir': 'a directory was made',
  'file.rmdir': 'a directory was removed',
  'file.mount': 'a file system was mounted',
  'network.socket': 'a socket was made',
  'network.connect': 'a socket was connected',
  'network.accept': 'a connection was accepted',
  'network.bind': 'a socket was bound',
  'network.listen': 'a socket began to listen',
  'network.send': 'a datagram was sent',
  'dns.query': 'a name was asked for',
  'dns.answer': 'a name was answered for',
  'kernel.module': 'a module was loaded into the kernel',
  'kernel.bpf': 'the bpf system call was made',
  'policy.match': 'a TracingPolicy matched',
} as const;

export type EventClass = keyof typeof described;

/** What each class means, in the order in which they are listed for readers. */
export const EVENT_CLASSES: Readonly<Record<EventClass, string>> = described;

/** Whether the text names a class. */
export function isEventClass(text: string): text is EventClass {
  return Object.hasOwn(described, text);
}
