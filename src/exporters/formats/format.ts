/** What a format is. */
import type { OutboundMessage } from '../../model/delivery.ts';

export type FormatName = 'tetragon' | 'ocsf' | 'ecs' | 'cef';

export interface Format {
  readonly name: FormatName;
  /** For the header of that name. */
  readonly contentType: string;
  /** One line without its end, whatever the body is. Never throws. */
  encode(message: OutboundMessage): string;
}
