/** Reads a list page by page, so that no more than a page is held in its full size. */
import type { ApiClient } from '../api/api-client.ts';
import { fieldsOf, textOf } from '../api/fields.ts';
import { KubernetesError } from '../errors.ts';

/** Which objects: a path such as `/api/v1/pods`, and a selector of fields. */
export interface Collection {
  readonly path: string;
  readonly fieldSelector?: string;
}

export interface ListRequest {
  readonly api: ApiClient;
  readonly collection: Collection;
  readonly pageSize: number;
  readonly signal: AbortSignal;
}

/** How much less is asked for when a page was too large. */
const SHRINKING = 8;

/** Hands out every object, and returns the version that all of them are of. */
export async function readList(
  request: ListRequest,
  take: (object: unknown) => void,
): Promise<string> {
  const { path } = request.collection;
  let { pageSize } = request;
  let next = '';
  for (;;) {
    const page = await readPage(request, pageSize, next);
    if (page === undefined) {
      pageSize = Math.ceil(pageSize / SHRINKING);
      continue;
    }
    for (const object of page.items) take(object);
    if (page.next === '') return page.version;
    if (page.next === next) {
      throw new KubernetesError('K8S_ANSWER_INVALID', `the list of ${path} does not go on`);
    }
    next = page.next;
  }
}

interface Page {
  readonly items: readonly unknown[];
  readonly version: string;
  /** Empty on the last page. */
  readonly next: string;
}

/** Undefined when the page is too large: whoever makes objects could else keep a list from us. */
async function readPage(
  { api, collection, signal }: ListRequest,
  pageSize: number,
  next: string,
): Promise<Page | undefined> {
  const { path, fieldSelector } = collection;
  const query = { limit: pageSize, fieldSelector, continue: next === '' ? undefined : next };
  try {
    return toPage(path, await api.readJson({ path, query }, signal));
  } catch (error) {
    const isTooLarge = error instanceof KubernetesError && error.code === 'K8S_ANSWER_TOO_LARGE';
    if (isTooLarge && pageSize > 1) return undefined;
    throw error;
  }
}

function toPage(path: string, answer: unknown): Page {
  const { metadata, items } = fieldsOf(answer);
  const version = textOf(fieldsOf(metadata)['resourceVersion']);
  if (!Array.isArray(items) || version === '') {
    throw new KubernetesError('K8S_ANSWER_INVALID', `${path} was answered with what is no list`);
  }
  return { items, version, next: textOf(fieldsOf(metadata)['continue']) };
}
