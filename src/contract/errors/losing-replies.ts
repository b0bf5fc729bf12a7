import { ConversationStoreError } from '../../model/errors.js'
import type { ConversationAdapter } from '../../store/adapter.js'
import { interceptedAdapter } from '../intercepted-adapter.js'

export const retry = { attempts: 3, baseMs: 0, maxMs: 0 }

/**
 * Loses the reply of a write's first attempts after the write was applied, as a network does when it breaks at that
 * moment.
 */
export function losingReplies(times = 1, meanwhile: () => Promise<unknown> = async () => undefined) {
  const lost = new Map<string, number>()
  return (adapter: ConversationAdapter) =>
    interceptedAdapter(adapter, async ({ input, send }) => {
      const result = await send()
      const operationId: unknown = Reflect.get(Object(input), 'operationId')
      if (typeof operationId !== 'string' || (lost.get(operationId) ?? 0) >= times) return result
      lost.set(operationId, (lost.get(operationId) ?? 0) + 1)
      await meanwhile()
      throw new ConversationStoreError('COMMIT_OUTCOME_UNKNOWN', { operationId }, { cause: new Error('ECONNRESET') })
    })
}
