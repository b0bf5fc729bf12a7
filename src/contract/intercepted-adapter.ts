import type { ConversationAdapter, ConversationOperations, OperationName } from '../store/adapter.js'

export interface InterceptedCall {
  readonly name: OperationName
  readonly input: unknown
  /** Passes the call on to the adapter. Each further time it is called, it passes the call on again. */
  send(input?: unknown): Promise<unknown>
}

/**
 * Stands between the core and an adapter, where the network is. It sees every call, and may lose, repeat or refuse it.
 */
export function interceptedAdapter(
  adapter: ConversationAdapter,
  intercept: (call: InterceptedCall) => Promise<unknown>,
): ConversationAdapter {
  const over = (operations: ConversationOperations): ConversationOperations => {
    const calls = Object.entries(operations).map(([name, operation]: [string, (input: never) => Promise<unknown>]) => {
      const call = async (input: unknown) =>
        intercept({ name: name as OperationName, input, send: async (changed = input) => operation(changed as never) })
      return [name, call]
    })
    return Object.fromEntries(calls) as ConversationOperations
  }
  return { ...adapter, operations: over(adapter.operations), using: (transaction) => over(adapter.using(transaction)) }
}
