import type { JsonObject } from './model/json.js'
import { refusal } from './model/validation/refusal.js'
import { lazyAdapter } from './opening/lazy-adapter.js'
import { loadOpening } from './opening/load-opening.js'
import { schemeOf } from './opening/url-scheme.js'
import { type ConversationStore, createConversationStore as createOverAdapter } from './store/create-conversation-store.js'
import type { ConversationStoreOptions as OptionsWithAdapter } from './store/store-options.js'

/**
 * Options with a URL: the store opens the database itself, which is meant for scripts and demos. The driver has to be
 * installed. `store.close()` closes what the store has opened. A bundle that runs without this package beside it uses
 * `{ adapter: openUrl(url) }` instead, with `openUrl` from `conversation-store/opening`.
 */
export interface OptionsWithUrl<TMetadata = JsonObject> extends Omit<OptionsWithAdapter<TMetadata>, 'adapter'> {
  /**
   * `postgres://…` (needs the package `pg`), `mongodb://…` or `mongodb+srv://…` (needs `mongodb`), `pglite:./directory`
   * (needs `@electric-sql/pglite`), or `memory:`.
   */
  readonly url: string
}

export type ConversationStoreOptions<TMetadata = JsonObject> = OptionsWithAdapter<TMetadata> | OptionsWithUrl<TMetadata>

/**
 * Makes a store over an adapter, or over a database that the store opens itself. It opens and sends nothing before the
 * first call. It throws VALIDATION_FAILED for malformed options. Calls to a store with a `url` throw UNSUPPORTED when
 * the driver is not installed, and DATA_DIR_LOCKED when another process has the directory of an embedded database open.
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
