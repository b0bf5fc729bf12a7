import type { ConversationAdapter } from '../store/adapter.js'
import { type ConversationStore, createConversationStore } from '../store/create-conversation-store.js'
import type { ConversationStoreOptions } from '../store/store-options.js'
import type { ContractBackend, ContractFaults, RawReader, RawRow } from './contract-backend.js'
import { present } from './expectations.js'
import { createScene, type Scene } from './scene.js'

export interface ContractClock {
  now(): Date
  advance(milliseconds: number): Date
}

/** What a store is created with, except for the adapter. */
export type StoreOptions = Omit<ConversationStoreOptions, 'adapter'>

/**
 * What a case gets. Everything that it makes has names of its own, so cases share a database without seeing each
 * other's data.
 */
export interface ContractContext {
  readonly backend: { readonly name: string; readonly supportsEvents: boolean; readonly supportsTransactions: boolean }
  readonly raw: RawReader
  /** The backend's hooks. A case can use those that it has declared in `needs`; any other hook throws. */
  readonly faults: Required<ContractFaults>
  /** An injected clock, for stores created with `{ clock: clock.now }`. It stands still until it is advanced. */
  readonly clock: ContractClock
  /** Returns a string that no other case gets. It is the same on every run. */
  unique(prefix: string): string
  /** Makes a store on this backend. It uses the database's clock, unless the options have one. */
  store(options?: StoreOptions): ConversationStore
  /** Makes a store whose adapter is wrapped, for errors that occur between the core and the database. */
  storeOver(wrap: (adapter: ConversationAdapter) => ConversationAdapter, options?: StoreOptions): ConversationStore
  /** Makes a customer of a new account, without any messages. */
  scene(store?: ConversationStore): Scene
  /**
   * Runs `work` in the host's own transaction. When the backend has no transactions, `work` gets a token that
   * `store.using` has to refuse.
   */
  inTransaction<T>(work: (transaction: unknown) => Promise<T>): Promise<T>
}

/**
 * Makes the context of a case. `name` keeps the strings of one case different from those of all others on the same
 * backend.
 */
export function createContractContext(backend: ContractBackend, name: string, faults: Required<ContractFaults>): ContractContext {
  let counter = 0
  let time = Date.UTC(2024, 4, 2, 12)
  let shared: ConversationStore | undefined
  const raw = inOrder(backend.raw)
  const unique = (prefix: string) => `${prefix}-${name}-${++counter}`
  const storeOver: ContractContext['storeOver'] = (wrap, options) =>
    createConversationStore({ ...options, adapter: wrap(backend.createAdapter()) })

  return {
    backend,
    raw,
    faults,
    clock: {
      now: () => new Date(time),
      advance: (milliseconds) => {
        time += milliseconds
        return new Date(time)
      },
    },
    unique,
    store: (options) => storeOver((adapter) => adapter, options),
    storeOver,
    scene(store) {
      if (store === undefined) shared ??= storeOver((adapter) => adapter)
      return createScene(store ?? present(shared), unique, raw)
    },
    inTransaction: (work) => (backend.inTransaction ? backend.inTransaction(work) : work({})),
  }
}

/** Sorts rows by their id, because a database gives them in any order, and cases compare the rows before and after. */
function inOrder(raw: RawReader): RawReader {
  const byId = (read: (accountId: string) => Promise<readonly RawRow[]>) => async (accountId: string) =>
    [...(await read(accountId))].sort((a, b) => (String(a.id) < String(b.id) ? -1 : 1))
  return {
    inboxes: byId((accountId) => raw.inboxes(accountId)),
    contacts: byId((accountId) => raw.contacts(accountId)),
    contactInboxes: byId((accountId) => raw.contactInboxes(accountId)),
    conversations: byId((accountId) => raw.conversations(accountId)),
    messages: byId((accountId) => raw.messages(accountId)),
    events: byId((accountId) => raw.events(accountId)),
    leases: (accountId) => raw.leases(accountId),
    webhookJournal: byId((accountId) => raw.webhookJournal(accountId)),
    syncState: (accountId) => raw.syncState(accountId),
    inboxMigrations: byId((accountId) => raw.inboxMigrations(accountId)),
    owner: (channel, oaId) => raw.owner(channel, oaId),
  }
}
