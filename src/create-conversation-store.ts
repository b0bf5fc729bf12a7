import type { JsonObject } from './model/json.js'
import { refusal } from './model/validation/refusal.js'
import { lazyAdapter } from './opening/lazy-adapter.js'
import { loadOpening } from './opening/load-opening.js'
import { schemeOf } from './opening/url-scheme.js'
import { type ConversationStore, createConversationStore as createOverAdapter } from './store/create-conversation-store.js'
import type { ConversationStoreOptions as OptionsWithAdapter } from './store/store-options.js'

/**
 * Opens the database itself, for scripts and demos; the driver has to be installed. What it opened, `store.close()`
 * ends. In a bundle that runs without this package beside it, `{ adapter: openUrl(url) }` with `openUrl` from
 * `conversation-store/opening` takes its place.
 */
export interface OptionsWithUrl<TMetadata = JsonObject> extends Omit<OptionsWithAdapter<TMetadata>, 'adapter'> {
  /**
   * `postgres://…` (the package `pg`), `mongodb://…` or `mongodb+srv://…` (`mongodb`), `pglite:./directory`
   * (`@electric-sql/pglite`), or `memory:`.
   */
  readonly url: string
}

export type ConversationStoreOptions<TMetadata = JsonObject> = OptionsWithAdapter<TMetadata> | OptionsWithUrl<TMetadata>

/**
 * A store over an adapter, or over a database that it opens itself. Sends nothing, and opens nothing before the first
 * call. Throws VALIDATION_FAILED for malformed options. Calls to a `url` whose driver is not installed throw
 * UNSUPPORTED, and DATA_DIR_LOCKED when another process has the directory of an embedded database open.
 */
export function createConversationStore<TMetadata = JsonObject>(
  options: ConversationStoreOptions<TMetadata>,
): ConversationStore<TMetadata> {
  if (typeof options !== 'object' || options === null || !('url' in options)) return createOverAdapter(options)
  if ('adapter' in options) throw refusal(['url'], 'must not be given together with an adapter')
  const { url, ...rest } = options
  const adapter = lazyAdapter(schemeOf(url), async () => (await loadOpening()).openDatabase(url))
  return createOverAdapter({ ...rest, adapter })
}
