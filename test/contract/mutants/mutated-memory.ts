import type { ContractBackend } from '../../../src/contract/index.js'
import { type InterceptedCall, interceptedAdapter } from '../../../src/contract/intercepted-adapter.js'
import type { MemoryAccount } from '../../../src/memory/account.js'
import { createMemoryAdapter } from '../../../src/memory/create-memory-adapter.js'
import { createMemoryDatabase, type MemoryDatabase } from '../../../src/memory/database.js'
import type { ConversationRow } from '../../../src/model/planning/rows.js'
import type { World } from '../../../src/model/planning/world.js'
import { memoryReader } from '../memory.js'
import type { Mutant } from './mutant.js'

/** The places where a bug can be planted in the memory adapter. */
export interface MemoryBug {
  /** Replaces parts of the world that the planner reads from and writes to. */
  readonly world?: (world: World, account: MemoryAccount) => Partial<World>
  /** When a conversation is changed, stores another row than the adapter decided on. */
  readonly update?: (row: ConversationRow, before: ConversationRow) => ConversationRow
  /** Replaces parts of the table of inbox owners. */
  readonly database?: (database: MemoryDatabase) => Partial<MemoryDatabase>
  /** Wraps the calls of the adapter. `state` is what lies behind it. */
  readonly call?: (call: InterceptedCall, state: MemoryState) => Promise<unknown>
}

export type MemoryMutant = Mutant & MemoryBug

/** What lies behind the adapter, for all accounts. */
export interface MemoryState {
  readonly database: MemoryDatabase
  readonly accountIds: ReadonlySet<string>
}

export function mutatedMemory({ world, update, database: tables, call }: MemoryBug): ContractBackend {
  const sound = { ...createMemoryDatabase(), isMigrated: true }
  const accountIds = new Set<string>()
  const withBugs: MemoryDatabase = {
    ...sound,
    ...tables?.(sound),
    account(accountId) {
      accountIds.add(accountId)
      const account = sound.account(accountId)
      const put = (row: ConversationRow) => {
        const before = account.conversations.rows.get(row.id)
        account.conversations.put(update && before ? update(row, before) : row)
      }
      const conversations = { ...account.conversations, put }
      return { ...account, conversations, world: { ...account.world, putConversation: put, ...world?.(account.world, account) } }
    },
  }
  const createAdapter = () => {
    const adapter = createMemoryAdapter(withBugs)
    return call ? interceptedAdapter(adapter, (each) => call(each, { database: sound, accountIds })) : adapter
  }
  return {
    name: 'memory with a bug',
    supportsEvents: true,
    supportsTransactions: false,
    createAdapter,
    raw: memoryReader(sound),
    close: async () => {},
  }
}
