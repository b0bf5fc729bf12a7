import type { InterceptedCall } from '../../../src/contract/intercepted-adapter.js'
import type { ConversationOperations, OperationName, UpsertConversations, UpsertItem } from '../../../src/store/adapter.js'
import type { MemoryBug, MemoryState } from './mutated-memory.js'

type InputOf<N extends OperationName> = Parameters<ConversationOperations[N]>[0]
type ResultOf<N extends OperationName> = Awaited<ReturnType<ConversationOperations[N]>>
type Bug<N extends OperationName> = (
  input: InputOf<N>,
  send: (input?: InputOf<N>) => Promise<ResultOf<N>>,
  state: MemoryState,
) => Promise<ResultOf<N>>

/** A bug around one verb. */
export function around<N extends OperationName>(verb: N, bug: Bug<N>): MemoryBug {
  return {
    call({ name, input, send }: InterceptedCall, state) {
      if (name !== verb) return send()
      return bug(input as InputOf<N>, (changed = input as InputOf<N>) => send(changed) as Promise<ResultOf<N>>, state)
    },
  }
}

/** A bug that replaces each item that was sent by another one. */
export function changingItems(change: (item: UpsertItem) => UpsertItem): MemoryBug {
  return around('upsertConversations', (input: UpsertConversations, send) => send({ ...input, items: input.items.map(change) }))
}
