import { describe, expect, test } from 'vitest'
import { runContract } from '../../src/contract/index.js'
import { coalesce } from '../../src/postgres/coalesce.js'
import { postgres } from '../../src/postgres/index.js'
import type { ConversationOperations } from '../../src/store/adapter.js'
import { failingCases } from './mutants/mutant.js'
import { postgresBackend, serverLeftOut } from './postgres-backend.js'
import { isServerAbsent, serverUrl } from './server.js'

describe.skipIf(isServerAbsent('postgres'))('the contract on PostgreSQL with calls that share statements', () => {
  const backend = () => postgresBackend({ name: 'postgres, coalescing', url: serverUrl('postgres'), options: { coalesce: true } })
  runContract({ backend, test, leftOut: serverLeftOut })

  test('catches a result that goes to another caller', async () => {
    const mutated = await withSend((send) => async (input) => [...(await send(input))].reverse())
    try {
      const caughtBy = 'keeps ids that look like operators or separators apart from each other'
      const bug = 'results go to other callers'
      expect(await failingCases(mutated, { bug, subject: 'upsertConversation', caughtBy }, caughtBy)).toEqual([caughtBy])
    } finally {
      await mutated.close()
    }
  })
})

type Upsert = ConversationOperations['upsertConversations']

/** Opens the backend with a bug in the function that sends the shared statements. */
async function withSend(bug: (send: Upsert) => Upsert) {
  const backend = await postgresBackend({ name: 'postgres, coalescing with a bug', url: serverUrl('postgres') })
  const createAdapter = () => {
    const adapter = postgres({ pool: backend.pool, schema: backend.schema })
    const upsertConversations = coalesce(bug(adapter.operations.upsertConversations), 2)
    return { ...adapter, operations: { ...adapter.operations, upsertConversations } }
  }
  return { ...backend, createAdapter }
}
