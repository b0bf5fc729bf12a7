import type { EventInput } from '../../../model/event-inputs.js'
import { at, replied, said } from '../../events.js'
import { present } from '../../expectations.js'
import type { Scene } from '../../scene.js'

/** Two customers of one inbox, who have written by turns: `m` the first of them, `n` the other. */
export async function twoThreads(scene: Scene) {
  const other = scene.another()
  const [kept, lost] = await Promise.all([
    scene.write(
      said('m1', { occurredAt: at(1) }),
      replied('m2', { occurredAt: at(3) }),
      said('m3', { occurredAt: at(5) }),
      said('m4', { occurredAt: at(7) }),
    ),
    other.write(said('n1', { occurredAt: at(2) }), said('n2', { occurredAt: at(4) }), replied('n3', { occurredAt: at(6) })),
  ])
  const { account, key } = scene
  const keptId = present(kept.conversation).id
  const lostId = present(lost.conversation).id
  return {
    other,
    keptId,
    lostId,
    merge: () => account.mergeConversations({ keep: key, lose: other.key }),
    /** The ids of the messages of a list, page by page. */
    async listed(
      conversationId: string,
      how: { readonly by?: 'time' | 'seq'; readonly order?: 'oldest' | 'newest'; readonly limit?: number; readonly afterSeq?: number } = {},
    ) {
      const ids: string[] = []
      for await (const { messageId, localId } of account.listMessages({ conversationId, ...how })) ids.push(messageId ?? localId ?? '')
      return ids
    },
    writeAsLost: (...events: readonly EventInput[]) => other.write(...events),
  }
}
